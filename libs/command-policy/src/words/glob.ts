import { mark } from './marks.js';

/**
 * Does a shell pattern (`*`, `?`, `[…]`) match the whole text? Linear for practical input: one backtrack point.
 * A mark for unknown text in the text is matched by `*` alone.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resume = 0;
  while (t < text.length) {
    const step = matchOne(pattern, p, text[t] ?? '');
    if (pattern[p] === '*' || pattern[p] === mark.star) {
      starAt = p++;
      resume = t;
    } else if (step > 0) {
      p += step;
      t++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*' || pattern[p] === mark.star) p++;
  return p >= pattern.length;
}

/** How many characters of the pattern at `p` match the character; 0 for none. */
function matchOne(pattern: string, p: number, char: string): number {
  const c = pattern[p];
  if (c === undefined) return 0;
  if (c === '?' || c === mark.any) return 1;
  if (c === '\\' && p + 1 < pattern.length) return pattern[p + 1] === char ? 2 : 0;
  if (c === '[') {
    const close = pattern.indexOf(']', p + 2);
    if (close > 0) {
      const body = pattern.slice(p + 1, close);
      const negated = body[0] === '!' || body[0] === '^';
      return inBracket(negated ? body.slice(1) : body, char) !== negated ? close - p + 1 : 0;
    }
  }
  return c === char ? 1 : 0;
}

function inBracket(body: string, char: string): boolean {
  const classes: Readonly<Record<string, RegExp>> = {
    '[:alpha:]': /[a-z]/iu,
    '[:alnum:]': /[a-z0-9]/iu,
    '[:digit:]': /\d/u,
    '[:lower:]': /[a-z]/u,
    '[:upper:]': /[A-Z]/u,
    '[:space:]': /\s/u,
    '[:punct:]': /[!-/:-@[-`{-~]/u,
  };
  for (const [name, test] of Object.entries(classes)) if (body.includes(name) && test.test(char)) return true;
  for (let i = 0; i < body.length; i++) {
    const from = body[i] ?? '';
    const to = body[i + 2];
    if (body[i + 1] === '-' && to !== undefined) {
      if (char >= from && char <= to) return true;
      i += 2;
    } else if (from === char) {
      return true;
    }
  }
  return false;
}
