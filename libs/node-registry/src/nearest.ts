/**
 * The candidate that somebody who wrote `word` most likely meant, or undefined where none is near.
 * Case, `-`, `_` and `.` do not count; a word that only goes on longer (`hostname` for `host`) is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const written = plain(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const known = plain(candidate);
    const distance = closeness(written, known);
    if (distance === undefined) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

function closeness(written: string, known: string): number | undefined {
  const distance = editDistance(written, known);
  const allowed = Math.max(1, Math.floor(Math.max(written.length, known.length) / 3));
  // At least one character has to be right: "a" is not a slip for "b".
  if (distance <= allowed && distance < Math.max(written.length, known.length)) return distance;
  const prefix = known.length >= 3 && written.length >= 3;
  return prefix && (written.startsWith(known) || known.startsWith(written)) ? allowed + 0.5 : undefined;
}

function plain(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[-_.\s]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, at(before, column - 2) + 1);
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
