import { describe, expect, test } from 'vitest';
import { hostProblem, userProblem } from './ssh-names.js';

describe('host names', () => {
  test.each([
    'a',
    'n1.lab',
    'n_1',
    '192.168.1.1',
    '::1',
    'fe80::1%eth0',
    '2001:db8::22',
    'münchen.example',
    'a.b.',
  ])('%s is one', (host) => {
    expect(hostProblem(host)).toBeUndefined();
  });

  test.each([
    '',
    '-a',
    'a b',
    'a\tb',
    'a\nb',
    'a\u0000',
    'a\u007f',
    'a;b',
    'a|b',
    'a&b',
    'a$b',
    'a`b',
    'a"b',
    "a'b",
  ])('%j is none', (host) => {
    expect(hostProblem(host)).toMatch(/^must /);
  });

  test.each([
    'a\\b',
    'a<b',
    'a>b',
    'a(b',
    'a{b',
    'me@a',
    'a/b',
    'ssh://a',
    '[::1]',
    'a:22',
    ':22',
    'a'.repeat(2000),
  ])('%j is none either', (host) => {
    expect(hostProblem(host)).toMatch(/^must /);
  });
});

describe('user names', () => {
  test.each(['dev', 'first.last', 'a-b', 'DOMAIN\\dev', 'dev@corp.example', 'a b', '1000', 'x$'])(
    '%s is one',
    (user) => {
      expect(userProblem(user)).toBeUndefined();
    },
  );

  test.each([
    '',
    '-l',
    'a -b',
    'a ',
    'a\n',
    'a;b',
    'a|b',
    'a&b',
    'a`b',
    'a"b',
    "a'b",
    'a<b',
    'a(b)',
    'a{b}',
    'a\\',
  ])('%j is none', (user) => {
    expect(userProblem(user)).toMatch(/^must /);
  });
});
