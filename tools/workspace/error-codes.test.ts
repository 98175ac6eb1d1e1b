import { describe, expect, test } from 'vitest';
import { codesIn, firstColumn, errorCodes } from './error-codes.js';

/** Texts that look like codes of ours and that nobody gets to see as one, by the reason why. */
const excuses: Readonly<Record<string, string>> = {
  "the command parser's; libs/cluster/src/request/parse.ts gives them other names":
    'empty syntax too-long control-character',
  'become a sentence in the hint of authentication-failed':
    'agent-malformed agent-refused agent-silent agent-unreachable',
  'only the cause of host-not-found or ssh-configuration-invalid':
    'multicast-unavailable invalid-name invalid-value',
  'of parseSnapshot, for readers of cluster-probe: in the README of metrics-probe': 'snapshot-invalid',
  "zod's; arrives as configuration-invalid": 'custom',
  'no codes: programs that an error names, and a kind of column': 'df nvidia-smi uname code plain',
};
const neverShown = new Set(Object.values(excuses).flatMap((codes) => codes.split(' ')));

describe('the table of error codes in the README', () => {
  const found = errorCodes();
  const documented = firstColumn('## Troubleshooting by error code');

  test('has every code that occurs in the sources', () => {
    const missing = [...found].filter(([code]) => !neverShown.has(code) && !documented.includes(code));
    expect(missing, 'Add a row that says what to do.').toEqual([]);
  });

  test('has no code that is gone, and none twice', () => {
    expect(documented.filter((code) => code !== 'error_code' && !found.has(code))).toEqual([]);
    const codes = documented.filter((code) => code !== 'error_code');
    expect(codes.toSorted()).toEqual([...new Set(codes)].toSorted());
  });

  test('excuses only what occurs', () => {
    expect([...neverShown].filter((code) => !found.has(code))).toEqual([]);
  });
});

describe('codesIn', () => {
  test.each([
    ["throw new FooError('a-b', 'a sentence');", ['a-b']],
    ["return { error_code: 'a-b', hint: 'c' };", ['a-b']],
    ["const code = late ? 'a-b' : (codeOf(error) ?? 'c-d');", ['a-b', 'c-d']],
    ["class A extends Error { readonly code = 'a-b'; }", ['a-b']],
    ["type FooCode = 'a-b' | 'c-d';", ['a-b', 'c-d']],
    ["const codes = { ENOENT: 'a-b' };", ['a-b']],
    ["const fail = (code: string, why: string) => 0; fail('a-b', 'c');", ['a-b']],
    ["function fail(what: string, errorCode: string) {} fail('x', 'a-b');", ['a-b']],
    ["if (code === 'a-b') call('c-d'); const name = 'e-f';", []],
  ])('%s', (text, codes) => {
    expect(codesIn(text)).toEqual(codes);
  });
});

test('firstColumn reads the first column, in one section', () => {
  const text =
    '\n## A\n\n| `x` |\n\n## B\n\n| `a-b`, `c` | see `d` |\n\n### C\n\n| `e` | f |\n\n## G\n\n| `h` |\n';
  expect(firstColumn('## B', text)).toEqual(['a-b', 'c', 'e']);
});
