import { expect, test } from 'vitest';
import { readCommandLine } from './command-line.js';

const names = ['start', 'latency'];

test('nothing given: everything, for people', () => {
  expect(readCommandLine([], names)).toEqual({ help: false, json: false, quick: false, only: [] });
});

test('everything given', () => {
  const args = ['--json', '--quick', '--only', 'start', '--only', 'latency', '--profile', 'profiles'];
  expect(readCommandLine(args, names)).toEqual({
    help: false,
    json: true,
    quick: true,
    only: ['start', 'latency'],
    profile: 'profiles',
  });
});

test.each([
  [['--only', 'speed'], 'There is no benchmark "speed"; there are: start, latency.'],
  [['--fast'], '--fast'],
  [['start'], 'start'],
])('wrong usage: %j', (args, message) => {
  expect(() => readCommandLine(args, names)).toThrow(message);
});
