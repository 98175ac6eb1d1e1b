import { appendKnownHost } from './append.js';
import { KnownHostsError } from './error.js';
import { authoritiesFor, entriesFor, type KnownHostsContents, readKnownHosts } from './file.js';
import { fingerprint, keyTypeOf, type KnownHostsEntry } from './line.js';
import { type HostKeyName, recordName } from './names.js';

export { KnownHostsError } from './error.js';
export { fingerprint } from './line.js';
export type { HostKeyName } from './names.js';

export type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  | {
      kind: 'changed';
      file: string;
      line: number;
      /** of the key on record: `SHA256:…` */
      expectedFingerprint: string;
      actualFingerprint: string;
      /** of the key that the host showed */
      keyType: string;
    }
  | { kind: 'revoked'; file: string; line: number; fingerprint: string };

export interface KnownHosts {
  /**
   * Judges an SSH wire blob as OpenSSH does: another key on record for the name, of whatever type, means
   * `changed`. A host on a port of its own that is on record only without the port is `known` by that key.
   */
  check(name: HostKeyName, key: Buffer): Promise<HostKeyVerdict>;
  /** Key types on record, in the files' order: to be asked for first, so that a host's second key is no surprise. */
  types(name: HostKeyName): Promise<string[]>;
  /** Lines that trust a certificate authority for the name; such trust is not acted upon. */
  authorities(name: HostKeyName): Promise<{ file: string; line: number }[]>;
  /** Adds the key to the first file, unless it is there already. @throws KnownHostsError */
  record(name: HostKeyName, key: Buffer): Promise<void>;
  /** Lines that were skipped because they make no sense. */
  brokenLines(): Promise<{ file: string; line: number }[]>;
}

/**
 * OpenSSH's known_hosts files, read anew for each question, because other programs write them too.
 * @param files the first is the one written; any may be missing
 * @param options `hashNames`: record names hashed, as `HashKnownHosts yes` asks for
 */
export function knownHosts(files: readonly string[], options: { hashNames?: boolean } = {}): KnownHosts {
  const read = async (): Promise<KnownHostsContents> => {
    const all = await Promise.all(files.map(readKnownHosts));
    return { entries: all.flatMap(({ entries }) => entries), broken: all.flatMap(({ broken }) => broken) };
  };
  return {
    async check(name, key) {
      const { entries } = await read();
      const verdict = judge(entriesFor(entries, recordName(name)), key);
      if (verdict.kind !== 'unknown' || name.alias !== undefined || name.port === 22) return verdict;
      const plain = judge(entriesFor(entries, recordName({ ...name, port: 22 })), key);
      return plain.kind === 'changed' ? verdict : plain;
    },
    async types(name) {
      const { entries } = await read();
      const known = entriesFor(entries, recordName(name)).filter(({ marker }) => marker === undefined);
      return [...new Set(known.map(({ type }) => type))];
    },
    async authorities(name) {
      const { entries } = await read();
      return authoritiesFor(entries, recordName(name)).map(({ file, line }) => ({ file, line }));
    },
    async record(name, key) {
      const [file] = files;
      const recorded = recordName(name);
      if (file === undefined) return;
      if (keyTypeOf(key) === undefined)
        throw new KnownHostsError('host-key-invalid', 'That is no SSH host key.');
      if (!/^[^\s,*?!|#@\x00-\x1f\x7f][^\s,*?!|\x00-\x1f\x7f]*$/.test(recorded)) {
        const shown = JSON.stringify(recorded);
        throw new KnownHostsError(
          'host-key-name-invalid',
          `${shown} cannot stand in known_hosts: give a plain name.`,
        );
      }
      await appendKnownHost(file, recorded, key, { hashNames: options.hashNames ?? false });
    },
    async brokenLines() {
      return (await read()).broken;
    },
  };
}

function judge(entries: readonly KnownHostsEntry[], key: Buffer): HostKeyVerdict {
  const revoked = entries.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked)
    return { kind: 'revoked', file: revoked.file, line: revoked.line, fingerprint: fingerprint(key) };
  const plain = entries.filter(({ marker }) => marker === undefined);
  if (plain.some((entry) => entry.key.equals(key))) return { kind: 'known' };
  const keyType = keyTypeOf(key) ?? 'unknown';
  const other = plain.find(({ type }) => type === keyType) ?? plain[0];
  if (other === undefined) return { kind: 'unknown' };
  return {
    kind: 'changed',
    file: other.file,
    line: other.line,
    expectedFingerprint: fingerprint(other.key),
    actualFingerprint: fingerprint(key),
    keyType,
  };
}
