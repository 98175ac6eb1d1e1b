import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { resolve, setUpCases, ssh, type Case } from './testing/openssh.js';

/** `ssh -v` with a proxy that ends at once tells the expanded paths that `ssh -G` shows unexpanded. */
const setUp = setUpCases();

const EXPANDED: Case[] = [
  {
    name: 'every token of IdentityFile',
    text:
      'ProxyCommand true\nHostName %h.ex\nHostKeyAlias al\nUser bob\n' +
      'IdentityFile ~/a/%d/%u/%h/%n/%p/%r/%k/%L/%l/%i/%C/${NV}/%%\n',
    port: 7,
  },
  { name: '%k without an alias', text: 'ProxyCommand true\nIdentityFile ~/k-%k\n', host: 'FOO' },
  {
    name: 'the home of the user by name',
    text: `ProxyCommand true\nIdentityFile ~${userInfo().username}/x\n`,
  },
  { name: 'a path with blanks', text: 'ProxyCommand true\nIdentityFile "/a b/c"\nIdentityFile none\n' },
  { name: 'a variable that holds a token', text: 'ProxyCommand true\nIdentityFile /${NV}%%h\n' },
  {
    name: 'ProxyCommand',
    text: 'ProxyCommand = true "%h" %n %p %r %%h # x\nHostName %h.ex\nUser bob\nIdentityFile /x\n',
  },
];

describe('tokens expanded as ssh expands them', () => {
  test.each(EXPANDED)('$name', (row) => {
    const file = setUp(row);
    const { err } = ssh(row, ['-v'], file);
    const theirs = {
      command: /Executing proxy command: exec (.*)/.exec(err)?.[1],
      files: [...err.matchAll(/identity file (.*) type/g)]
        .map(([, path]) => path)
        .filter((path) => !path?.endsWith('-cert')),
    };
    const ours = resolve(row, file);
    expect({
      command: ours.proxyCommand,
      files: ours.identityFiles.filter((path) => path !== 'none'),
    }).toEqual(theirs);
    expect(theirs.files).not.toHaveLength(0);
  });

  test('tokens of ProxyJump', () => {
    const row = { name: '', text: 'ProxyJump %r@x%h:5,z\nUser bob\n' };
    const file = setUp(row);
    expect(resolve(row, file).proxyJump).toEqual(['bob@xfoo:5', 'z']);
  });
});
