import Table from 'cli-table3';

const edges = ['top', 'bottom', 'left', 'right', 'mid', 'middle'];
const parts = ['', '-mid', '-left', '-right'];
const noLines = Object.fromEntries(edges.flatMap((edge) => parts.map((part) => [edge + part, ''])));

/** Columns without lines: as narrow as can be, and for other programs to read. */
export function table(head: readonly string[], rows: readonly string[][]): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };
  const drawn = new Table({ head: [...head], style, chars: noLines });
  drawn.push(...rows);
  return drawn.toString().replaceAll(/ +$/gm, '');
}
