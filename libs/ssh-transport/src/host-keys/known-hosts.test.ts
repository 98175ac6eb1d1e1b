import { describe, expect, test } from 'vitest';
import { fingerprint, knownHosts } from './known-hosts.js';
import { foo, keygen, setUpKnownHosts } from './testing/known-hosts.js';

const { path, file, write, lines, key } = setUpKnownHosts();

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
    expect(await knownHosts([file()]).check(name, key(shown))).toMatchObject({ kind });
  });

  test('a changed key names both fingerprints, file and line, of the same type where there is one', async () => {
    write(`# mine\nfoo ${lines['rsa']}\nfoo ${lines['ed2']}\n`);
    expect(await knownHosts([file()]).check(foo, key('ed'))).toEqual({
      kind: 'changed',
      file: file(),
      line: 3,
      expectedFingerprint: fingerprint(key('ed2')),
      actualFingerprint: fingerprint(key('ed')),
      keyType: 'ssh-ed25519',
    });
    expect(keygen('-l', '-f', path('key-ed.pub'))).toContain(fingerprint(key('ed')));
  });

  test('later files count too, files that are missing do not', async () => {
    write(`foo ${lines['ed']}\n`);
    const known = knownHosts([path('missing'), path('key-ed', 'x'), file()]);
    expect(await known.check(foo, key('ed'))).toEqual({ kind: 'known' });
  });

  test('broken lines are skipped and counted', async () => {
    const short = lines['ed']?.slice(0, 30);
    write(
      `foo\nfoo ssh-rsa ${lines['ed']?.split(' ')[1]}\nfoo ${short}\n@odd foo ${lines['ed']}\n\x00\xff\nfoo ${lines['ed']}`,
    );
    expect(await knownHosts([file()]).check(foo, key('ed'))).toEqual({ kind: 'known' });
    expect((await knownHosts([file()]).brokenLines()).map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a file that cannot be read is an error, never an empty one', async () => {
    await expect(knownHosts([path()]).check(foo, key('ed'))).rejects.toMatchObject({
      code: 'known-hosts-unreadable',
    });
  });
});

describe('types', () => {
  test('what is on record for the host, each once, without markers', async () => {
    write(
      `foo ${lines['rsa']}\n* ${lines['ed']}\nfoo ${lines['ed2']}\n@revoked foo ${lines['ec']}\nbar ${lines['ec']}\n`,
    );
    expect(await knownHosts([file()]).types(foo)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(await knownHosts([file()]).types({ host: 'bar', port: 22 })).toEqual([
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
    ]);
  });
});
