import { matchesGlob } from '../words/glob.js';
import { isKnown, mark, show } from '../words/marks.js';

/** Programs that a pattern in command position (`/b?n/rm`, `/bin/r*`) is tried against. */
const worthGuessing =
  'rm dd mkfs mkfs.ext4 shred mv cp chmod chown find sh bash dash zsh reboot shutdown poweroff halt init telinit kill wipefs tee ' +
  'python python3 perl ruby node curl wget nc sudo';

/** Of a word with something unknown in it (`r$x\m`): the program it is if that is nothing, as it is meant to be. */
export function guessOf(word: string): string | undefined {
  const base = word.slice(word.lastIndexOf('/') + 1);
  const known = base.replaceAll(mark.unknown, '');
  return known !== base && isKnown(known) && worthGuessing.split(' ').includes(known) ? known : undefined;
}

/**
 * The plain names a command word stands for: its last path component. Several where a pattern may mean any of them,
 * none where it is not known.
 */
export function programOf(word: string): readonly string[] {
  if (/^\/proc\/[^/]+\/exe$/u.test(word)) return ['bash']; // the shell that runs the line
  const base = word.slice(word.lastIndexOf('/') + 1);
  if (base === '') return isKnown(word) ? [word] : [];
  if (isKnown(base)) return [base];
  // A script of the project's, of which only a part of the name is not known.
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const partly = /\w/u.test(base) && !base.includes(mark.star) && !base.includes(mark.any);
  if (partly && isKnown(folder) && /^\.{1,2}\/|^[\w-]+\//u.test(folder)) return [show(base)];
  // `*` alone may be anything, and is worth no guess.
  if (
    (/\w/u.test(base) || !base.includes(mark.star)) &&
    /^[^\u0001-\u0003\u0005\u000e-\u001f]+$/u.test(base) &&
    (base.includes(mark.star) || base.includes(mark.any))
  ) {
    const found = worthGuessing.split(' ').filter((name) => matchesGlob(base, name));
    return found;
  }
  return [];
}
