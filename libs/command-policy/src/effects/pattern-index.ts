import { matchesGlob } from '../words/glob.js';
import { readPattern, type Pattern } from './pattern.js';

/** A table's row with its pattern read. */
export interface Indexed<Row> {
  readonly pattern: Pattern;
  readonly row: Row;
  /** Its place in the table. */
  readonly at: number;
}

/** A table of which each row starts with a pattern, made ready to be asked by program; rows come in the table's order. */
export function indexRows<Row extends readonly [when: string, ...rest: unknown[]]>(
  rows: readonly Row[],
): (program: string) => readonly Indexed<Row>[] {
  const byName = new Map<string, Indexed<Row>[]>();
  const globs: (readonly [glob: string, entry: Indexed<Row>])[] = [];
  rows.forEach((row, at) => {
    const entry = { pattern: readPattern(row[0]), row, at };
    for (const program of entry.pattern.programs) {
      if (program.includes('*')) globs.push([program, entry]);
      else byName.set(program, [...(byName.get(program) ?? []), entry]);
    }
  });
  const known = new Map<string, readonly Indexed<Row>[]>();
  return (program) => {
    const cached = known.get(program);
    if (cached !== undefined) return cached;
    const globbed = globs.filter(([glob]) => matchesGlob(glob, program)).map(([, entry]) => entry);
    const found = [...(byName.get(program) ?? []), ...globbed].sort((a, b) => a.at - b.at);
    // A line may name any number of programs: what is kept is bounded.
    if (known.size < 2_000) known.set(program, found);
    return found;
  };
}
