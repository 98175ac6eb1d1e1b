import { expect, it } from 'vitest';
import { isOverloaded } from './overload.js';

const thresholds = { cpuPercent: 40, load: 4, memoryPercent: 80 };

it.each([
  ['nothing known', undefined, false],
  ['no figure', {}, false],
  ['all at their thresholds', { cpuPercent: 40, load1m: 4, memoryPercent: 80 }, false],
  ['cpu', { cpuPercent: 40.01 }, true],
  ['load', { load1m: 4.01 }, true],
  ['memory', { memoryPercent: 80.01 }, true],
  ['no number', { load1m: Number.NaN }, false],
] as const)('%s', (_what, load, overloaded) => {
  expect(isOverloaded(load, thresholds).overloaded).toBe(overloaded);
});

it('names each figure that is above, and never shows it as the threshold itself', () => {
  expect(isOverloaded({ cpuPercent: 97.26, load1m: 4.01, memoryPercent: 12 }, thresholds).why).toBe(
    'cpu 97.3 % > 40 %, load 4.01 > 4',
  );
});
