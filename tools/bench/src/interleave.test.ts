import { expect, test } from 'vitest';
import { interleave } from './interleave.js';

test('each round begins with another runner, and the first round is not counted', async () => {
  const order: string[] = [];
  const runner = (name: string, perRound: number) => ({
    once: async () => void order.push(name),
    perRound,
  });
  const times = await interleave(2, { a: runner('a', 2), b: runner('b', 1) });
  expect(order.join(' ')).toBe('a a b a a b b a a');
  expect(times.a).toHaveLength(4);
  expect(times.b).toHaveLength(2);
});

test('a runner that fails ends the benchmark', async () => {
  await expect(interleave(1, { a: { once: () => Promise.reject(new Error('refused')) } })).rejects.toThrow(
    'refused',
  );
});

test('what a runner measures itself counts', async () => {
  expect(await interleave(2, { a: { measure: async () => 7 } })).toEqual({ a: [7, 7] });
});
