import { expect, test } from 'vitest';
import { inLanes } from './lanes.js';

test('does each once, and no more at once than there are lanes', async () => {
  const done: number[] = [];
  let now = 0;
  let most = 0;
  await inLanes(7, 3, async (index) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    done.push(index);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
});

test('a failure is told', async () => {
  await expect(inLanes(2, 2, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
