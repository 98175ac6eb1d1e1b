import { invalid, tooLarge } from './node-set-error.js';

/** How many names one pattern, and a whole node set, may stand for. */
export const maxNames = 10_000;

const maxDigits = 15;
const forbidden = /[\s\p{Cc}[\],!&^]/u;

interface NumberRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Digits to fill up to with zeros; 0 for none. */
  readonly width: number;
}

type Segment = string | readonly NumberRange[];

/**
 * The names that a pattern such as `n[1-4].lab` or `r[1-2]n[01-10/3,12]` stands for, in the order written,
 * the last bracket counting fastest. A text without brackets stands for itself.
 */
export function expandPattern(pattern: string): string[] {
  const segments = segmentsOf(pattern);
  const total = segments.reduce((product, segment) => product * sizeOf(segment), 1);
  if (total > maxNames) throw tooLarge(pattern, maxNames);
  let names = [''];
  for (const segment of segments) {
    const parts = typeof segment === 'string' ? [segment] : segment.flatMap(numbersOf);
    names = names.flatMap((name) => parts.map((part) => name + part));
  }
  return names;
}

function segmentsOf(pattern: string): Segment[] {
  const segments: Segment[] = [];
  let rest = pattern;
  while (rest !== '') {
    const open = rest.indexOf('[');
    const text = open === -1 ? rest : rest.slice(0, open);
    if (forbidden.test(text)) throw invalid(pattern, reasonFor(text));
    if (text !== '') segments.push(text);
    if (open === -1) break;
    const close = rest.indexOf(']', open);
    if (close === -1) throw invalid(pattern, 'a "[" is not closed');
    const inside = rest.slice(open + 1, close).split(',');
    segments.push(inside.map((range) => rangeOf(range.trim(), pattern)));
    rest = rest.slice(close + 1);
  }
  if (segments.length === 0) throw invalid(pattern, 'a name is empty');
  return segments;
}

function reasonFor(text: string): string {
  if (text.includes(']')) return 'a "]" has no "["';
  if (/\s/.test(text)) return 'names are parted by commas, not by spaces';
  return 'a name holds a character that is not allowed';
}

/**
 * `7`, `1-4`, `01-10`, `1-9/2`, as ClusterShell reads them: a zero in front asks for that many digits, and
 * both ends must then have as many.
 */
function rangeOf(text: string, pattern: string): NumberRange {
  const match = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(text);
  if (match === null) throw invalid(pattern, `"[${text}]" is no number or range such as 1-4`);
  const [, begin = '', end = begin, by = '1'] = match;
  if (Math.max(begin.length, end.length, by.length) > maxDigits) {
    throw invalid(pattern, `a number has more than ${maxDigits} digits`);
  }
  const padded = isPadded(begin) || isPadded(end);
  if (padded && begin.length !== end.length) {
    throw invalid(pattern, `in "[${text}]" both ends need as many digits, as in 01-10`);
  }
  const range = {
    first: Number(begin),
    last: Number(end),
    step: Number(by),
    width: padded ? begin.length : 0,
  };
  if (range.step === 0) throw invalid(pattern, `in "[${text}]" the step is 0`);
  if (range.first > range.last) throw invalid(pattern, `in "[${text}]" the first number is the larger one`);
  return range;
}

export function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

function sizeOf(segment: Segment): number {
  if (typeof segment === 'string') return 1;
  return segment.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0);
}

function numbersOf({ first, last, step, width }: NumberRange): string[] {
  const numbers: string[] = [];
  for (let value = first; value <= last; value += step) numbers.push(String(value).padStart(width, '0'));
  return numbers;
}
