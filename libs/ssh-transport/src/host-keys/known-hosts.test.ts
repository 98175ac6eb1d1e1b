import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint, knownHosts } from './known-hosts.js';

let folder: string;
let file: string;
const keys: Record<string, Buffer> = {};
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
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', path]);
    const [keyType = '', encoded = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ');
    keys[name] = Buffer.from(encoded, 'base64');
    lines[name] = `${keyType} ${encoded}`;
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  file = join(mkdtempSync(join(folder, 'case-')), 'known_hosts');
});

const key = (name: string): Buffer => keys[name] ?? Buffer.alloc(0);
const foo = { host: 'foo', port: 22 };
const write = (text: string) => writeFileSync(file, text);
const keygen = (...args: string[]) =>
  execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

describe('check', () => {
  test.each<[string, () => string, { host: string; port: number; alias?: string }, string, string]>([
    ['an empty file', () => '', foo, 'ed', 'unknown'],
    ['a plain name', () => `foo ${lines['ed']}\n`, foo, 'ed', 'known'],
    ['any case of the host', () => `foo ${lines['ed']}\n`, { host: 'FOO', port: 22 }, 'ed', 'known'],
    ['another host', () => `bar ${lines['ed']}\n`, foo, 'ed', 'unknown'],
    ['another key', () => `foo ${lines['ed2']}\n`, foo, 'ed', 'changed'],
    ['a comment behind', () => `foo ${lines['ed']} and more words\n`, foo, 'ed', 'known'],
    ['tabs and leading blanks', () => `  foo\t${lines['ed']}\r\n`, foo, 'ed', 'known'],
    [
      'several keys',
      () => `foo ${lines['ed2']}\nfoo ${lines['rsa']}\nfoo ${lines['ed']}\n`,
      foo,
      'ed',
      'known',
    ],
    ['a comma list', () => `bar,foo,1.2.3.4 ${lines['ed']}\n`, { host: '1.2.3.4', port: 22 }, 'ed', 'known'],
    ['a wildcard', () => `f?* ${lines['ed']}\n`, foo, 'ed', 'known'],
    ['a negation', () => `*,!foo ${lines['ed']}\n`, foo, 'ed', 'unknown'],
    ['a port', () => `[foo]:2200 ${lines['ed']}\n`, { host: 'foo', port: 2200 }, 'ed', 'known'],
    ['a port that is not asked for', () => `[foo]:2200 ${lines['ed']}\n`, foo, 'ed', 'unknown'],
    ['a name without the port', () => `foo ${lines['ed']}\n`, { host: 'foo', port: 2200 }, 'ed', 'known'],
    [
      'another key without the port',
      () => `foo ${lines['ed2']}\n`,
      { host: 'foo', port: 2200 },
      'ed',
      'unknown',
    ],
    [
      'an alias',
      () => `al ${lines['ed']}\nfoo ${lines['ed2']}\n`,
      { host: 'foo', port: 9, alias: 'AL' },
      'ed',
      'known',
    ],
    ['an authority', () => `@cert-authority foo ${lines['ed']}\n`, foo, 'ed', 'unknown'],
    ['an authority with another key', () => `@cert-authority foo ${lines['ed2']}\n`, foo, 'ed', 'unknown'],
    ['a revoked key', () => `foo ${lines['ed']}\n@revoked * ${lines['ed']}\n`, foo, 'ed', 'revoked'],
    [
      'a revoked key of another',
      () => `@revoked bar ${lines['ed']}\nfoo ${lines['ed']}\n`,
      foo,
      'ed',
      'known',
    ],
    ['another revoked key', () => `@revoked foo ${lines['ed2']}\n`, foo, 'ed', 'unknown'],
    ['a key of another type', () => `foo ${lines['rsa']}\n`, foo, 'ed', 'changed'],
  ])('%s', async (_name, text, name, shown, kind) => {
    write(text());
    expect(await knownHosts([file]).check(name, key(shown))).toMatchObject({ kind });
  });

  test('a changed key names both fingerprints, file and line, of the same type where there is one', async () => {
    write(`# mine\nfoo ${lines['rsa']}\nfoo ${lines['ed2']}\n`);
    expect(await knownHosts([file]).check(foo, key('ed'))).toEqual({
      kind: 'changed',
      file,
      line: 3,
      expectedFingerprint: fingerprint(key('ed2')),
      actualFingerprint: fingerprint(key('ed')),
      keyType: 'ssh-ed25519',
    });
    expect(keygen('-l', '-f', join(folder, 'key-ed.pub'))).toContain(fingerprint(key('ed')));
  });

  test('later files count too, files that are missing do not', async () => {
    write(`foo ${lines['ed']}\n`);
    const known = knownHosts([join(folder, 'missing'), join(folder, 'key-ed', 'x'), file]);
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'known' });
  });

  test('broken lines are skipped and counted', async () => {
    const short = lines['ed']?.slice(0, 30);
    write(
      `foo\nfoo ssh-rsa ${lines['ed']?.split(' ')[1]}\nfoo ${short}\n@odd foo ${lines['ed']}\n\x00\xff\nfoo ${lines['ed']}`,
    );
    expect(await knownHosts([file]).check(foo, key('ed'))).toEqual({ kind: 'known' });
    expect((await knownHosts([file]).brokenLines()).map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a file that cannot be read is an error, never an empty one', async () => {
    await expect(knownHosts([folder]).check(foo, key('ed'))).rejects.toMatchObject({
      code: 'known-hosts-unreadable',
    });
  });
});

describe('types', () => {
  test('what is on record for the host, each once, without markers', async () => {
    write(
      `foo ${lines['rsa']}\n* ${lines['ed']}\nfoo ${lines['ed2']}\n@revoked foo ${lines['ec']}\nbar ${lines['ec']}\n`,
    );
    expect(await knownHosts([file]).types(foo)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(await knownHosts([file]).types({ host: 'bar', port: 22 })).toEqual([
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
    ]);
  });
});

describe('record', () => {
  test('makes folder and file for the user alone', async () => {
    const path = join(folder, `new-${process.hrtime.bigint()}`, 'sub', 'known_hosts');
    await knownHosts([path]).record(foo, key('ed'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(path, 'utf8')).toBe(`foo ${lines['ed']}\n`);
  });

  test.each([
    [{ host: 'Foo', port: 22 }, 'foo'],
    [{ host: 'foo', port: 2200 }, '[foo]:2200'],
    [{ host: '::1', port: 22 }, '::1'],
    [{ host: 'foo', port: 2200, alias: 'Al' }, 'al'],
  ])('%j is recorded as %s', async (name, expected) => {
    const known = knownHosts([file]);
    await known.record(name, key('rsa'));
    expect(readFileSync(file, 'utf8')).toBe(`${expected} ${lines['rsa']}\n`);
    expect(await known.check(name, key('rsa'))).toEqual({ kind: 'known' });
  });

  test('ends a last line that lacks its newline', async () => {
    write(`bar ${lines['rsa']}`);
    await knownHosts([file]).record(foo, key('ed'));
    expect(readFileSync(file, 'utf8')).toBe(`bar ${lines['rsa']}\nfoo ${lines['ed']}\n`);
  });

  test('says nothing twice', async () => {
    const known = knownHosts([file]);
    await Promise.all([1, 2, 3, 4].map(() => known.record(foo, key('ed'))));
    await knownHosts([file], { hashNames: true }).record(foo, key('ed'));
    expect(readFileSync(file, 'utf8')).toBe(`foo ${lines['ed']}\n`);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('a lock left behind long ago holds nobody up', async () => {
    writeFileSync(`${file}.lock`, '');
    utimesSync(`${file}.lock`, 1, 1);
    await knownHosts([file]).record(foo, key('ed'));
    expect(readFileSync(file, 'utf8')).toBe(`foo ${lines['ed']}\n`);
  });

  test('to /dev/null, as many configurations have it', async () => {
    const known = knownHosts([devNull]);
    await known.record(foo, key('ed'));
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'unknown' });
  });

  test.each(['a,b', 'a b', '*', '!a', '|1|x', 'a\nb', '', '#a', '@revoked'])(
    'the name %j is refused',
    async (host) => {
      const recording = knownHosts([file]).record({ host, port: 22 }, key('ed'));
      await expect(recording).rejects.toMatchObject({ code: 'host-key-name-invalid' });
      expect(existsSync(file)).toBe(false);
    },
  );

  test('what is no key is refused', async () => {
    const recording = knownHosts([file]).record(foo, Buffer.from('nonsense'));
    await expect(recording).rejects.toMatchObject({ code: 'host-key-invalid' });
  });

  test('a file that cannot be written is an error with a cause', async () => {
    const recording = knownHosts([folder]).record(foo, key('ed'));
    await expect(recording).rejects.toMatchObject({
      code: 'known-hosts-not-written',
      cause: { code: 'EISDIR' },
    });
  });

  test('keeps the mode of a file that is there', async () => {
    write('');
    chmodSync(file, 0o644);
    await knownHosts([file]).record(foo, key('ed'));
    expect(statSync(file).mode & 0o777).toBe(0o644);
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
    const to = { ssr: source, outDir: folder, emptyOutDir: false, rollupOptions: { output } };
    await build({ configFile: false, logLevel: 'error', root: folder, build: to });
  });

  async function recordElsewhere(
    hosts: readonly string[],
    blob: Buffer,
    hash: string,
  ): Promise<number | null> {
    const args = ['--input-type=module', '-e', program, join(folder, 'known-hosts.mjs'), file];
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
    const text = readFileSync(file, 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(41);
    const known = knownHosts([file]);
    expect(await known.brokenLines()).toEqual([]);
    for (const host of [...hosts, 'first']) {
      expect(await known.check({ host, port: 22 }, key('rsa'))).toEqual({ kind: 'known' });
    }
  });
});

describe("OpenSSH's own tools", () => {
  const names = [
    foo,
    { host: 'foo', port: 2200 },
    { host: '10.0.0.1', port: 22 },
    { host: 'bar.example', port: 22 },
  ];

  test.each([false, true])('ssh-keygen -F finds what we record (hashed: %s)', async (hashNames) => {
    for (const name of names) await knownHosts([file], { hashNames }).record(name, key('ed'));
    for (const name of ['foo', '[foo]:2200', '10.0.0.1', 'bar.example']) {
      expect(keygen('-F', name, '-f', file)).toContain(lines['ed']);
    }
    expect(readFileSync(file, 'utf8').includes('foo')).toBe(!hashNames);
  });

  test('we find what ssh-keygen -H has hashed, and no longer what -R has removed', async () => {
    const known = knownHosts([file]);
    for (const name of names) await known.record(name, key('ed'));
    keygen('-H', '-f', file);
    expect(readFileSync(file, 'utf8')).not.toMatch(/foo|bar/);
    for (const name of names) expect(await known.check(name, key('ed'))).toEqual({ kind: 'known' });
    expect(await known.check(foo, key('ed2'))).toMatchObject({ kind: 'changed', line: 1 });
    keygen('-R', '[foo]:2200', '-f', file);
    keygen('-R', 'foo', '-f', file);
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'unknown' });
    expect(await known.check({ host: 'bar.example', port: 22 }, key('ed'))).toEqual({ kind: 'known' });
  });

  test('a folder whose path has blanks', async () => {
    file = join(folder, `a b-${process.hrtime.bigint()}`, 'known hosts');
    mkdirSync(join(file, '..'));
    await knownHosts([file]).record(foo, key('ec'));
    expect(keygen('-F', 'foo', '-f', file)).toContain(lines['ec']);
  });

  test('what ssh-keyscan prints', async () => {
    write(
      `# foo:22 SSH-2.0-OpenSSH_9.2p1\nfoo ${lines['rsa']}\n# foo:22 SSH-2.0-OpenSSH_9.2p1\nfoo ${lines['ec']}\n[foo]:2200 ${lines['ed']}\n`,
    );
    const known = knownHosts([file]);
    expect(await known.types(foo)).toEqual(['ssh-rsa', 'ecdsa-sha2-nistp256']);
    expect(await known.check({ host: 'foo', port: 2200 }, key('ed'))).toEqual({ kind: 'known' });
  });
});
