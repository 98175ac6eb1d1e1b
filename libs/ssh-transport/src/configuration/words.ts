import { InvalidValue } from './error.js';

const BLANK = ' \t\r\n';

/**
 * Takes the first word off a line the way OpenSSH reads a keyword and the words of `Match`: separated by
 * blanks or by one `=`; a word that begins with `"` reaches to the next `"`.
 */
export function takeWord(text: string): { word: string; rest: string } {
  let start = 0;
  while (start < text.length && BLANK.includes(text.charAt(start))) start++;
  if (text[start] === '"') {
    const end = text.indexOf('"', start + 1);
    if (end === -1) throw new InvalidValue('a quotation mark is not closed');
    return { word: text.slice(start + 1, end), rest: text.slice(end + 1).replace(/^[ \t\r\n]+/, '') };
  }
  let end = start;
  while (end < text.length && !BLANK.includes(text.charAt(end)) && text[end] !== '=') end++;
  const rest = text.slice(end).replace(/^[ \t\r\n]*=?[ \t\r\n]*/, '');
  return { word: text.slice(start, end), rest };
}

/**
 * Splits arguments as OpenSSH does: blanks separate, `'` and `"` quote anywhere in a word, a backslash
 * escapes quotes, itself and (outside quotes) a blank, and a word that begins with `#` ends the line.
 */
export function splitArguments(text: string): string[] {
  const words: string[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === ' ' || character === '\t') {
      position++;
    } else if (character === '#') {
      break;
    } else {
      const { word, end } = readArgument(text, position);
      words.push(word);
      position = end;
    }
  }
  return words;
}

function readArgument(text: string, start: number): { word: string; end: number } {
  let word = '';
  let quote = '';
  let position = start;
  for (; position < text.length; position++) {
    const character = text.charAt(position);
    const next = text[position + 1];
    if (character === '\\' && next !== undefined && isEscapable(next, quote)) {
      word += next;
      position++;
    } else if (quote === '' && (character === ' ' || character === '\t')) {
      break;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (quote !== '' && character === quote) {
      quote = '';
    } else {
      word += character;
    }
  }
  if (quote !== '') throw new InvalidValue('invalid quotes: one is not closed');
  return { word, end: position };
}

function isEscapable(character: string, quote: string): boolean {
  return character === '"' || character === "'" || character === '\\' || (quote === '' && character === ' ');
}
