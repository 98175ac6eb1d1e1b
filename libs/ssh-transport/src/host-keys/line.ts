import { createHash } from 'node:crypto';

/** One key of a known_hosts file. Format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export interface KnownHostsEntry {
  file: string;
  line: number;
  marker?: 'revoked' | 'cert-authority';
  /** the names as written: patterns, or one hashed name */
  names: string;
  type: string;
  key: Buffer;
}

/** @returns 'nothing' for blank lines and comments, 'broken' for what OpenSSH skips too */
export function parseKnownHostsLine(
  text: string,
  place: { file: string; line: number },
): KnownHostsEntry | 'nothing' | 'broken' {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return 'nothing';
  const fields = trimmed.split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  const [names, type, encoded] = fields;
  if (names === undefined || type === undefined || encoded === undefined) return 'broken';
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return 'broken';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'broken';
  const key = Buffer.from(encoded, 'base64');
  if (keyTypeOf(key) !== type) return 'broken';
  return {
    ...place,
    names,
    type,
    key,
    ...(marker !== undefined && { marker: marker === '@revoked' ? 'revoked' : 'cert-authority' }),
  };
}

/** The key type that an SSH wire blob begins with (RFC 4253, 6.6); undefined where it is none. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length <= 4 + length) return undefined;
  return key.toString('latin1', 4, 4 + length);
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
