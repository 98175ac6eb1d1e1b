import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { matchesPatternList } from '../configuration/patterns.js';

/** A host as the user names it, and where. With an alias (HostKeyAlias) the alias alone counts. */
export interface HostKeyName {
  host: string;
  port: number;
  alias?: string;
}

/** The name under which OpenSSH records the host: lower case, `[host]:port` unless the port is 22. */
export function recordName({ host, port, alias }: HostKeyName): string {
  if (alias !== undefined) return alias.toLowerCase();
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** Does the first field of a known_hosts line (a pattern list, or one hashed name) mean this name? */
export function matchesNames(field: string, name: string): boolean {
  if (!field.startsWith('|')) return matchesPatternList(name, field.toLowerCase());
  const [, magic, salt, expected] = field.split('|');
  if (magic !== '1' || salt === undefined || expected === undefined) return false;
  const hash = Buffer.from(expected, 'base64');
  const actual = hmac(Buffer.from(salt, 'base64'), name);
  return hash.length === actual.length && timingSafeEqual(hash, actual);
}

/** A hashed name as `ssh-keygen -H` writes it: `|1|salt|HMAC-SHA1(salt, name)`. */
export function hashName(name: string, salt: Buffer = randomBytes(20)): string {
  return `|1|${salt.toString('base64')}|${hmac(salt, name).toString('base64')}`;
}

function hmac(salt: Buffer, name: string): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}
