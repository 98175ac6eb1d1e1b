import { naturalOrder, tokens } from './natural-order.js';
import { expandPattern, isPadded } from './node-pattern.js';
import { invalid } from './node-set-error.js';

/** Names of one shape: the texts between the numbers are the same, the numbers differ. */
interface Shape {
  readonly parts: readonly (string | undefined)[];
  rows: string[][];
}

/**
 * The shortest usual way to write these names: `n1 n2 n3 a` is `a,n[1-3]`. `expandNodeSet` gives them back,
 * each once and in natural order.
 *
 * @throws NodeSetError `node-set-invalid` for a name that could not be read back (empty, or with `,` `[` …)
 */
export function foldNodeSet(ids: readonly string[]): string {
  const shapes = new Map<string, Shape>();
  for (const name of [...new Set(ids)].toSorted(naturalOrder)) {
    checkName(name);
    const parts = tokens(name).map((token) => (isNumber(token) ? undefined : token));
    const key = parts.map((part) => part ?? '\0').join('');
    const shape = shapes.get(key) ?? { parts, rows: [] };
    shapes.set(key, shape);
    shape.rows.push(tokens(name).filter(isNumber));
  }
  return [...shapes.values()].flatMap(foldShape).join(',');
}

function checkName(name: string): void {
  if (name.startsWith('@')) throw invalid(name, 'a name cannot begin with "@"');
  if (expandPattern(name)[0] !== name) throw invalid(name, 'a name cannot hold brackets');
}

// Longer runs of digits are kept as text: they would not survive as numbers.
function isNumber(token: string): boolean {
  return /^\d{1,15}$/.test(token);
}

function foldShape({ parts, rows }: Shape): string[] {
  const dimensions = parts.filter((part) => part === undefined).length;
  let folded = rows;
  for (let dimension = dimensions - 1; dimension >= 0; dimension--) folded = foldDimension(folded, dimension);
  return folded.map((row) => {
    const numbers = row.values();
    return parts.map((part) => part ?? bracketed(numbers.next().value ?? '')).join('');
  });
}

/** Puts rows that differ in this one number alone into one row with a range. */
function foldDimension(rows: readonly string[][], dimension: number): string[][] {
  const groups = new Map<string, { row: string[]; numbers: string[] }>();
  for (const row of rows) {
    const key = row.toSpliced(dimension, 1).join('|');
    const group = groups.get(key) ?? { row, numbers: [] };
    groups.set(key, group);
    group.numbers.push(row[dimension] ?? '');
  }
  return [...groups.values()].map(({ row, numbers }) => row.with(dimension, rangesOf(numbers)));
}

function bracketed(ranges: string): string {
  return /[-,]/.test(ranges) ? `[${ranges}]` : ranges;
}

function rangesOf(numbers: readonly string[]): string {
  const paddedWidths = new Set(numbers.filter(isPadded).map((digits) => digits.length));
  // 08 09 10 is one range, 8 9 10 another: what is as wide as a padded number goes with it.
  const byWidth = new Map<number, string[]>();
  for (const digits of numbers) {
    const width = paddedWidths.has(digits.length) ? digits.length : 0;
    byWidth.set(width, [...(byWidth.get(width) ?? []), digits]);
  }
  return [...byWidth.values()].map(consecutive).join(',');
}

function consecutive(numbers: readonly string[]): string {
  const runs: { first: string; last: string }[] = [];
  for (const digits of numbers.toSorted(naturalOrder)) {
    const run = runs.at(-1);
    if (run !== undefined && Number(digits) === Number(run.last) + 1) run.last = digits;
    else runs.push({ first: digits, last: digits });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(',');
}
