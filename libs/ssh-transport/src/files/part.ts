import { createHash, randomBytes } from 'node:crypto';

/**
 * A temporary name beside `target`. With a `version` of what is copied it is always the same one: whoever copies the same
 * file to the same place again finds what is there, and two who do so at once write the same bytes to the same places.
 * Without, it is nobody else's.
 */
export function partOf(target: string, version: string | undefined): string {
  const cut = target.lastIndexOf('/') + 1;
  const name = target.slice(cut);
  const key =
    version === undefined
      ? randomBytes(8).toString('hex')
      : createHash('sha256').update(`${name}\0${version}`).digest('hex').slice(0, 16);
  // A name has 255 bytes at most; 40 characters have 160 at most.
  return `${target.slice(0, cut)}.${Array.from(name).slice(0, 40).join('')}.${key}.part`;
}
