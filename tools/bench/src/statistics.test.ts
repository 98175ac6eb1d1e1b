import { expect, test } from 'vitest';
import { mean, median, percentile } from './statistics.js';

test.each([
  [0, 1],
  [0.5, 3],
  [0.95, 5],
  [1, 5],
])('percentile %d by nearest rank', (fraction, value) => {
  expect(percentile([5, 1, 4, 2, 3], fraction)).toBe(value);
});

test('median takes a value that is there', () => {
  expect(median([4, 1, 3, 2])).toBe(2);
  expect(median([7])).toBe(7);
});

test('mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
});

test('no values have no percentile', () => {
  expect(() => percentile([], 0.5)).toThrow('no values');
});
