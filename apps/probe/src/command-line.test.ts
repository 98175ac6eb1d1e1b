import { describe, expect, test } from 'vitest';
import { readCommandLine } from './command-line.js';

test.each([
  [[], { kind: 'once' }],
  [['--watch', '5'], { kind: 'watch', seconds: 5 }],
  [['--watch=0.5'], { kind: 'watch', seconds: 0.5 }],
  [['--help'], { kind: 'help' }],
  [['-h', '--watch', 'x'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['-V'], { kind: 'version' }],
])('%j', (args, expected) => {
  expect(readCommandLine(args)).toEqual(expected);
});

describe('wrong usage says in a sentence what is wrong', () => {
  test.each([
    [['--watch'], /^Option '--watch.*' argument missing\.$/],
    [['--watch', 'soon'], /^--watch takes a number of seconds from 0\.1 to 86400, not "soon"\.$/],
    [['--watch', '0'], /not "0"/],
    [['--watch=-1'], /not "-1"/],
    [['--watch', '1e9'], /not "1e9"/],
    [['--watch', '86401'], /not "86401"/],
    [['--watch='], /not ""/],
    [['--json'], /^Unknown option '--json'\.$/],
    [['now'], /^Unexpected argument 'now'\.$/],
  ])('%j', (args, message) => {
    expect(readCommandLine(args)).toEqual({ kind: 'wrong', message: expect.stringMatching(message) });
  });
});
