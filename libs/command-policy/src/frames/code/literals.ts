import { withoutMarks } from '../../words/marks.js';

export interface Literal {
  readonly value: string;
  readonly quote: string;
  readonly start: number;
  readonly end: number;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

export function stringLiterals(code: string): readonly Literal[] {
  const found: Literal[] = [];
  for (let i = 0; i < code.length; i++) {
    const char = code[i] ?? '';
    const special = /^(?:q[qxw]?|%[qQxwW]?)([([{<|!/])/u.exec(code.slice(i, i + 3));
    const opensWord = special !== null && !/[\w$@%]/u.test(code[i - 1] ?? '');
    if (!/['"`]/u.test(char) && !opensWord) continue;
    const open = opensWord ? i + (special[0].length - 1) : i;
    const quote = opensWord ? (closing[special[1] ?? ''] ?? special[1] ?? '') : char;
    let end = open + 1;
    while (end < code.length && code[end] !== quote) end += code[end] === '\\' ? 2 : 1;
    const runs = opensWord && /^(?:qx|%x)/u.test(special[0]);
    found.push({
      value: unescape(code.slice(open + 1, end)),
      quote: runs ? '`' : quote,
      start: i,
      end: end + 1,
    });
    i = end;
  }
  return found;
}

const unescape = (text: string): string =>
  withoutMarks(
    text.replaceAll(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([0-7]{3})|(.))/giu,
      (_all, hex, unicode, octal, char) => {
        if (hex !== undefined || unicode !== undefined)
          return String.fromCharCode(Number.parseInt(String(hex ?? unicode), 16));
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(String(octal), 8));
        return char === 'n' ? '\n' : String(char);
      },
    ),
  );

const maxAssignments = 40;
const maxCode = 40_000;

/** Ways to say the user's home. */
const asksForHome =
  /(?:pathlib\.)?Path\.home\(\)|os\.path\.expanduser\(\s*['"]~['"]\s*\)|os\.environ\[['"]HOME['"]\]|os\.getenv\(['"]HOME['"]\)|(?:require\(['"]os['"]\)|os)\.homedir\(\)|process\.env\.HOME|Dir\.home|ENV\[['"]HOME['"]\]|\$ENV\{['"]?HOME['"]?\}|getenv\(['"]HOME['"]\)/gu;

/** `p = '/'; rmtree(p)`: names that a literal was given to are put back, and `'a' + 'b'` is joined. */
export function withVariables(code: string): string {
  let taken = 0;
  let text = code.replaceAll(/'\s*[+.]\s*'|"\s*[+.]\s*"/gu, '').replaceAll(asksForHome, "'$HOME'");
  for (const found of code.matchAll(
    /(?:^|[;\n{(\s])(?:(?:const|let|var|my|local)\s+)?([$]?[a-z_]\w*)\s*=\s*('[^'\n]*'|"[^"\n]*")/giu,
  )) {
    const [, name = '', value = ''] = found;
    // A one-liner has few; a text that doubles with each is not worth following.
    if (++taken > maxAssignments) break;
    const use = new RegExp(`([(,\\s])${name.replace('$', '\\$')}(?=\\s*[),;\\]])`, 'gu');
    const put = text.replace(use, (_all, before: string) => before + value);
    if (put.length > maxCode) break;
    text = put;
  }
  return text;
}

/** What source prints that does nothing but print one literal. */
export function printedText(source: string): string | undefined {
  const found =
    /^\s*(?:BEGIN\s*\{\s*)?(?:print|puts|echo|say|console\.log|process\.stdout\.write|printf)\s*\(?\s*(['"])((?:\\.|(?!\1)[^\\])*)\1\s*\)?;?\s*\}?\s*$/u.exec(
      source,
    );
  return found === null ? undefined : `${unescape(found[2] ?? '')}\n`;
}
