import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownHosts } from './known-hosts.js';
import { foo, keygen, setUpKnownHosts } from './testing/known-hosts.js';

const { path, file, write, lines, key } = setUpKnownHosts();

describe("OpenSSH's own tools", () => {
  const names = [
    foo,
    { host: 'foo', port: 2200 },
    { host: '10.0.0.1', port: 22 },
    { host: 'bar.example', port: 22 },
  ];

  test.each([false, true])('ssh-keygen -F finds what we record (hashed: %s)', async (hashNames) => {
    for (const name of names) await knownHosts([file()], { hashNames }).record(name, key('ed'));
    for (const name of ['foo', '[foo]:2200', '10.0.0.1', 'bar.example']) {
      expect(keygen('-F', name, '-f', file())).toContain(lines['ed']);
    }
    expect(readFileSync(file(), 'utf8').includes('foo')).toBe(!hashNames);
  });

  test('we find what ssh-keygen -H has hashed, and no longer what -R has removed', async () => {
    const known = knownHosts([file()]);
    for (const name of names) await known.record(name, key('ed'));
    keygen('-H', '-f', file());
    expect(readFileSync(file(), 'utf8')).not.toMatch(/foo|bar/);
    for (const name of names) expect(await known.check(name, key('ed'))).toEqual({ kind: 'known' });
    expect(await known.check(foo, key('ed2'))).toMatchObject({ kind: 'changed', line: 1 });
    keygen('-R', '[foo]:2200', '-f', file());
    keygen('-R', 'foo', '-f', file());
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'unknown' });
    expect(await known.check({ host: 'bar.example', port: 22 }, key('ed'))).toEqual({ kind: 'known' });
  });

  test('a folder whose path has blanks', async () => {
    const spaced = path(`a b-${process.hrtime.bigint()}`, 'known hosts');
    mkdirSync(join(spaced, '..'));
    await knownHosts([spaced]).record(foo, key('ec'));
    expect(keygen('-F', 'foo', '-f', spaced)).toContain(lines['ec']);
  });

  test('what ssh-keyscan prints', async () => {
    write(
      `# foo:22 SSH-2.0-OpenSSH_9.2p1\nfoo ${lines['rsa']}\n# foo:22 SSH-2.0-OpenSSH_9.2p1\nfoo ${lines['ec']}\n[foo]:2200 ${lines['ed']}\n`,
    );
    const known = knownHosts([file()]);
    expect(await known.types(foo)).toEqual(['ssh-rsa', 'ecdsa-sha2-nistp256']);
    expect(await known.check({ host: 'foo', port: 2200 }, key('ed'))).toEqual({ kind: 'known' });
  });
});
