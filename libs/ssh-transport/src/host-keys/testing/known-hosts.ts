import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export const foo = { host: 'foo', port: 22 };

export const keygen = (...args: string[]) =>
  execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Keys `ed`, `ed2`, `rsa` and `ec` in a folder as `key-NAME`, and a known_hosts for each test, not there at first. */
export function setUpKnownHosts() {
  let folder = '';
  let file = '';
  const lines: Record<string, string> = {};

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
    for (const [name, type] of [
      ['ed', 'ed25519'],
      ['ed2', 'ed25519'],
      ['rsa', 'rsa'],
      ['ec', 'ecdsa'],
    ] as const) {
      const path = join(folder, `key-${name}`);
      keygen('-q', '-t', type, '-N', '', '-C', 'a comment', '-f', path);
      const [keyType = '', encoded = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ');
      lines[name] = `${keyType} ${encoded}`;
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    file = join(mkdtempSync(join(folder, 'case-')), 'known_hosts');
  });

  return {
    path: (...names: string[]) => join(folder, ...names),
    file: () => file,
    write: (text: string) => writeFileSync(file, text),
    /** What a known_hosts says of a key, behind the name. */
    lines,
    key: (name: string) => Buffer.from(lines[name]?.split(' ')[1] ?? '', 'base64'),
  };
}
