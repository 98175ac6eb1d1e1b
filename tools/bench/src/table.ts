import type { Row } from './row.js';

const headings = ['', 'ours', 'theirs', '', 'ratio', 'target', 'met'];
const toTheRight = new Set([1, 2, 4]);

/** The rows for people: columns of equal width. */
export function table(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return toTheRight.has(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: Row): string[] {
  return [
    row.name,
    `${figure(row.ours)} ${row.unit}`,
    row.theirs === undefined ? '' : figure(row.theirs),
    row.against ?? row.note ?? '',
    row.ratio === undefined ? '' : figure(row.ratio),
    limit(row),
    row.met === undefined ? '' : row.met ? 'yes' : 'NO',
  ];
}

function limit({ target, unit }: Row): string {
  if (target === undefined) return '';
  const shown = target.of === 'ratio' ? '' : ` ${unit}`;
  const parts = [
    ...(target.atMost === undefined ? [] : [`≤ ${figure(target.atMost)}${shown}`]),
    ...(target.atLeast === undefined ? [] : [`≥ ${figure(target.atLeast)}${shown}`]),
  ];
  return parts.join(', ');
}

/** Three digits that count. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(value >= 1 ? 3 : 2)));
}
