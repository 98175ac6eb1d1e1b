import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { knownHosts } from './known-hosts.js';
import { foo, setUpKnownHosts } from './testing/known-hosts.js';

const { path, file, write, lines, key } = setUpKnownHosts();

describe('record', () => {
  test('makes folder and file for the user alone', async () => {
    const made = path(`new-${process.hrtime.bigint()}`, 'sub', 'known_hosts');
    await knownHosts([made]).record(foo, key('ed'));
    expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(statSync(join(made, '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(made, 'utf8')).toBe(`foo ${lines['ed']}\n`);
  });

  test.each([
    [{ host: 'Foo', port: 22 }, 'foo'],
    [{ host: 'foo', port: 2200 }, '[foo]:2200'],
    [{ host: '::1', port: 22 }, '::1'],
    [{ host: 'foo', port: 2200, alias: 'Al' }, 'al'],
  ])('%j is recorded as %s', async (name, expected) => {
    const known = knownHosts([file()]);
    await known.record(name, key('rsa'));
    expect(readFileSync(file(), 'utf8')).toBe(`${expected} ${lines['rsa']}\n`);
    expect(await known.check(name, key('rsa'))).toEqual({ kind: 'known' });
  });

  test('ends a last line that lacks its newline', async () => {
    write(`bar ${lines['rsa']}`);
    await knownHosts([file()]).record(foo, key('ed'));
    expect(readFileSync(file(), 'utf8')).toBe(`bar ${lines['rsa']}\nfoo ${lines['ed']}\n`);
  });

  test('says nothing twice', async () => {
    const known = knownHosts([file()]);
    await Promise.all([1, 2, 3, 4].map(() => known.record(foo, key('ed'))));
    await knownHosts([file()], { hashNames: true }).record(foo, key('ed'));
    expect(readFileSync(file(), 'utf8')).toBe(`foo ${lines['ed']}\n`);
    expect(existsSync(`${file()}.lock`)).toBe(false);
  });

  test('a lock left behind long ago holds nobody up', async () => {
    writeFileSync(`${file()}.lock`, '');
    utimesSync(`${file()}.lock`, 1, 1);
    await knownHosts([file()]).record(foo, key('ed'));
    expect(readFileSync(file(), 'utf8')).toBe(`foo ${lines['ed']}\n`);
  });

  test('to /dev/null, as many configurations have it', async () => {
    const known = knownHosts([devNull]);
    await known.record(foo, key('ed'));
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'unknown' });
  });

  test.each(['a,b', 'a b', '*', '!a', '|1|x', 'a\nb', '', '#a', '@revoked'])(
    'the name %j is refused',
    async (host) => {
      const recording = knownHosts([file()]).record({ host, port: 22 }, key('ed'));
      await expect(recording).rejects.toMatchObject({ code: 'host-key-name-invalid' });
      expect(existsSync(file())).toBe(false);
    },
  );

  test('what is no key is refused', async () => {
    const recording = knownHosts([file()]).record(foo, Buffer.from('nonsense'));
    await expect(recording).rejects.toMatchObject({ code: 'host-key-invalid' });
  });

  test('a file that cannot be written is an error with a cause', async () => {
    const recording = knownHosts([path()]).record(foo, key('ed'));
    await expect(recording).rejects.toMatchObject({
      code: 'known-hosts-not-written',
      cause: { code: 'EISDIR' },
    });
  });

  test('a folder that cannot be made is one too, at once', async () => {
    write('');
    const places = [
      join(file(), 'known_hosts'),
      ...(process.platform === 'linux' ? ['/proc/x/known_hosts'] : []),
    ];
    for (const place of places)
      await expect(knownHosts([place]).record(foo, key('ed'))).rejects.toMatchObject({
        code: 'known-hosts-not-written',
        message: expect.stringContaining(place),
      });
  }, 10_000);

  test('keeps the mode of a file that is there', async () => {
    write('');
    chmodSync(file(), 0o644);
    await knownHosts([file()]).record(foo, key('ed'));
    expect(statSync(file()).mode & 0o777).toBe(0o644);
  });
});

describe('several processes at once', () => {
  /** A process of its own that records every key it is given, in its own order. */
  const program = `
    const [module, file, hosts, blob, hash] = process.argv.slice(1);
    const { knownHosts } = await import(module);
    const known = knownHosts([file], { hashNames: hash === 'yes' });
    for (const host of hosts.split(',')) await known.record({ host, port: 22 }, Buffer.from(blob, 'base64'));
  `;

  // Built once, so that a plain Node can run it.
  beforeAll(async () => {
    const source = fileURLToPath(new URL('known-hosts.ts', import.meta.url));
    const output = { entryFileNames: 'known-hosts.mjs' };
    const to = { ssr: source, outDir: path(), emptyOutDir: false, rollupOptions: { output } };
    await build({ configFile: false, logLevel: 'error', root: path(), build: to });
  });

  async function recordElsewhere(
    hosts: readonly string[],
    blob: Buffer,
    hash: string,
  ): Promise<number | null> {
    const args = ['--input-type=module', '-e', program, path('known-hosts.mjs'), file()];
    const given = [hosts.join(','), blob.toString('base64'), hash];
    const child = spawn(process.execPath, [...args, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  test.each(['no', 'yes'])('every key once, no line torn (hashed: %s)', async (hash) => {
    const hosts = Array.from({ length: 40 }, (_, index) => `host-${index}`);
    write(`first ${lines['rsa']}`);
    const orders = [hosts, hosts.toReversed(), hosts, [...hosts.slice(20), ...hosts.slice(0, 20)]];
    expect(await Promise.all(orders.map((order) => recordElsewhere(order, key('rsa'), hash)))).toEqual([
      0, 0, 0, 0,
    ]);
    const text = readFileSync(file(), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(41);
    const known = knownHosts([file()]);
    expect(await known.brokenLines()).toEqual([]);
    for (const host of [...hosts, 'first']) {
      expect(await known.check({ host, port: 22 }, key('rsa'))).toEqual({ kind: 'known' });
    }
  });
});
