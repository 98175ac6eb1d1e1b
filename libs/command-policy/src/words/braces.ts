/**
 * Brace expansion as bash does it: on the text of the word, before anything else, with quotes respected.
 * `{a,b}c` gives `ac bc`; `{1..3}` gives `1 2 3`. Beyond `limit` results the text comes back as it is.
 */
export function expandBraces(text: string, limit = 64): readonly string[] {
  const found = expand(text);
  return found.length > limit ? [text] : found;

  function expand(source: string): string[] {
    const brace = findBrace(source);
    if (brace === undefined) return [source];
    const { open, close, commas } = brace;
    const head = source.slice(0, open);
    const choices =
      commas.length > 0
        ? slices(source, open, close, commas).flatMap((choice) => expand(choice))
        : (sequence(source.slice(open + 1, close)) ?? []);
    const tails = expand(source.slice(close + 1));
    if (choices.length === 0 || choices.length * tails.length > limit) {
      return tails.map((tail) => source.slice(0, close + 1) + tail);
    }
    return choices.flatMap((choice) => tails.map((tail) => head + choice + tail));
  }
}

interface Brace {
  open: number;
  close: number;
  commas: number[];
}

/** The first brace that expands: one with a comma at its own level, or a sequence. */
function findBrace(source: string): Brace | undefined {
  const stack: Brace[] = [];
  let found: Brace | undefined;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === "'" || char === '"' || char === '`') i = skipQuoted(source, i);
    else if (char === '$' && (source[i + 1] === '{' || source[i + 1] === '(')) i = skipNested(source, i + 1);
    else if (char === '{') stack.push({ open: i, close: -1, commas: [] });
    else if (char === ',') stack.at(-1)?.commas.push(i);
    else if (char === '}') {
      const brace = stack.pop();
      if (brace === undefined) continue;
      brace.close = i;
      const expands = brace.commas.length > 0 || sequence(source.slice(brace.open + 1, i)) !== undefined;
      if (expands && (found === undefined || brace.open < found.open)) found = brace;
      if (found !== undefined && stack.length === 0) return found;
    }
  }
  return found;
}

function skipQuoted(source: string, at: number): number {
  const quote = source[at] ?? '';
  let i = at + 1;
  while (i < source.length && source[i] !== quote) i += source[i] === '\\' && quote !== "'" ? 2 : 1;
  return i;
}

function skipNested(source: string, at: number): number {
  const open = source[at] ?? '';
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let i = at; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === "'" || char === '"') i = skipQuoted(source, i);
    else if (char === open) depth++;
    else if (char === close && --depth === 0) return i;
  }
  return source.length;
}

function slices(source: string, open: number, close: number, commas: readonly number[]): string[] {
  const cuts = [open, ...commas, close];
  return cuts.slice(1).map((cut, i) => source.slice((cuts[i] ?? 0) + 1, cut));
}

function sequence(body: string): string[] | undefined {
  const numbers = /^(-?\d{1,6})\.\.(-?\d{1,6})(?:\.\.(-?\d{1,6}))?$/u.exec(body);
  const letters = /^([a-z])\.\.([a-z])$/iu.exec(body);
  if (numbers === null && letters === null) return undefined;
  const from = numbers ? Number(numbers[1]) : (letters?.[1] ?? '').charCodeAt(0);
  const to = numbers ? Number(numbers[2]) : (letters?.[2] ?? '').charCodeAt(0);
  const step = Math.abs(Number(numbers?.[3] ?? 1)) || 1;
  const result: string[] = [];
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
    result.push(numbers ? String(n) : String.fromCharCode(n));
    if (result.length > 64) break;
  }
  return result;
}
