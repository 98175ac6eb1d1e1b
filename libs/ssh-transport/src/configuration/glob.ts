/** The names in a folder; undefined where it cannot be listed. */
export type ListFolder = (path: string) => readonly string[] | undefined;

/**
 * Paths that an `Include` argument names, as glob(3) without flags finds them: `*`, `?` and `[…]` within
 * one name, a leading dot only where it is written, sorted. A path without wildcards is itself.
 */
export function expandGlob(pattern: string, listFolder: ListFolder): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    found = /[*?[]/.test(segment)
      ? found.flatMap((folder) => matchFolder(folder, segment, listFolder))
      : found.map((folder) => join(folder, segment));
  }
  return found.sort();
}

function matchFolder(folder: string, segment: string, listFolder: ListFolder): string[] {
  const names = listFolder(folder === '' ? '.' : folder) ?? [];
  return names.filter((name) => matchesName(name, segment)).map((name) => join(folder, name));
}

function join(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

function matchesName(name: string, pattern: string): boolean {
  if (name.startsWith('.') !== pattern.startsWith('.')) return false;
  return matchesFrom(Array.from(name), parse(pattern));
}

type Piece = '*' | ((character: string) => boolean);

function parse(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const close = pattern.indexOf(']', at + (/^\[[!^]/.test(pattern.slice(at)) ? 3 : 2));
    if (character === '*') pieces.push('*');
    else if (character === '?') pieces.push(() => true);
    else if (character === '[' && close !== -1) {
      pieces.push(characterClass(pattern.slice(at + 1, close)));
      at = close;
    } else {
      const literal = character === '\\' && at + 1 < pattern.length ? pattern.charAt(++at) : character;
      pieces.push((other) => other === literal);
    }
  }
  return pieces;
}

function characterClass(inside: string): (character: string) => boolean {
  const negated = /^[!^]/.test(inside);
  const members = [...(negated ? inside.slice(1) : inside).matchAll(/(.)-(.)|(.)/gs)];
  return (character) =>
    negated !==
    members.some(([, from, to, one]) =>
      from !== undefined && to !== undefined ? from <= character && character <= to : one === character,
    );
}

/** Greedy with one point to return to, as for host patterns: a pattern of many `*` cannot stall it. */
function matchesFrom(name: readonly string[], pieces: readonly Piece[]): boolean {
  let nameAt = 0;
  let pieceAt = 0;
  let star = -1;
  let starName = 0;
  while (nameAt < name.length) {
    const piece = pieces[pieceAt];
    if (piece === '*') {
      star = pieceAt++;
      starName = nameAt;
    } else if (piece?.(name[nameAt] ?? '') === true) {
      pieceAt++;
      nameAt++;
    } else if (star !== -1) {
      pieceAt = star + 1;
      nameAt = ++starName;
    } else {
      return false;
    }
  }
  return pieces.slice(pieceAt).every((piece) => piece === '*');
}
