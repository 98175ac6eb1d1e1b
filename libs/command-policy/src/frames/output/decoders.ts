import { unescapeEcho } from '../../words/escapes.js';
import { withoutMarks } from '../../words/marks.js';

/** Decoded text, or undefined where the text is no such encoding. */
export function decode(kind: 'base64' | 'hex' | 'base32', text: string): string | undefined {
  const packed = text.replaceAll(/\s/gu, '');
  if (kind === 'hex') {
    const digits = packed.replaceAll(/^[\da-f]+:/giu, '');
    return /^(?:[\da-f]{2})+$/iu.test(digits)
      ? clean(digits.match(/../gu)?.map((pair) => Number.parseInt(pair, 16)) ?? [])
      : undefined;
  }
  const bits = kind === 'base64' ? 6 : 5;
  const alphabet =
    kind === 'base64'
      ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
      : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bytes: number[] = [];
  let buffer = 0;
  let held = 0;
  for (const char of packed.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/u, '')) {
    const value = alphabet.indexOf(char);
    if (value < 0) return undefined;
    buffer = ((buffer << bits) | value) & 0xffff;
    held += bits;
    if (held >= 8) {
      held -= 8;
      bytes.push((buffer >> held) & 0xff);
    }
  }
  return clean(bytes);
}

const clean = (bytes: readonly number[]): string =>
  withoutMarks(new TextDecoder().decode(Uint8Array.from(bytes)));

export const reverse = (text: string): string =>
  text
    .split('\n')
    .map((line) => Array.from(line).toReversed().join(''))
    .join('\n');

/** `printf FORMAT ARG…`: the format is used again while arguments are left. */
export function printfText(words: readonly string[]): string {
  const [format = '', ...args] = words[0] === '--' ? words.slice(1) : words;
  let left = [...args];
  let result = '';
  do {
    const before = left.length;
    result += unescapeEcho(format.replaceAll('%%', '\\x25')).replaceAll(
      /%[-+ #0]*\d*(?:\.\d+)?([sbqdiuxXofc])/gu,
      (_all, kind: string) => {
        const value = left.shift() ?? '';
        if (kind === 'b') return unescapeEcho(value);
        return kind === 'c' ? value.slice(0, 1) : value;
      },
    );
    if (left.length === before || result.length > 100_000) break;
  } while (left.length > 0);
  return result;
}

/** `tr SET1 SET2`, `tr -d SET1`. */
export function translate(words: readonly string[], text: string): string | undefined {
  const options = words.filter((word) => word.startsWith('-')).join('');
  const [from = '', to = ''] = words.filter((word) => !word.startsWith('-')).map(spellSet);
  if (/[cC]/u.test(options)) return undefined;
  if (options.includes('d'))
    return Array.from(text)
      .filter((char) => !from.includes(char))
      .join('');
  if (to === '') return text;
  return Array.from(text)
    .map((char) => (from.includes(char) ? (to[from.indexOf(char)] ?? to.at(-1) ?? '') : char))
    .join('');
}

function spellSet(set: string): string {
  const classes: Readonly<Record<string, string>> = {
    lower: 'a-z',
    upper: 'A-Z',
    digit: '0-9',
    alpha: 'A-Za-z',
    alnum: 'A-Za-z0-9',
    space: ' \t\n',
  };
  const named = unescapeEcho(
    set.replaceAll(
      /\[:(\w+):\]/gu,
      (_all, name: string) => (Object.hasOwn(classes, name) ? classes[name] : undefined) ?? '',
    ),
  );
  return named.replaceAll(/(.)-(.)/gsu, (all: string, from: string, to: string) => {
    const first = from.charCodeAt(0);
    const count = to.charCodeAt(0) - first + 1;
    return count <= 0 || count > 256
      ? all
      : Array.from({ length: count }, (_, i) => String.fromCharCode(first + i)).join('');
  });
}
