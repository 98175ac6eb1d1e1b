import { expect, test } from 'vitest';
import { createBelongings } from './belongings.js';

test('ends the last first, whatever becomes of the others, and says what failed', async () => {
  const ended: string[] = [];
  const belongings = createBelongings();
  await belongings.open(
    async () => 'a',
    (made) => ended.push(made),
  );
  await belongings.open(
    async () => 'b',
    () => Promise.reject(new Error('b stays')),
  );
  await belongings.open(
    async () => 'c',
    (made) => ended.push(made),
  );
  await expect(belongings.end()).rejects.toMatchObject({ errors: [new Error('b stays')] });
  expect(ended).toEqual(['c', 'a']);
});

test('ends what is only just being made, and makes nothing more', async () => {
  const ended: string[] = [];
  const belongings = createBelongings();
  let finish: (made: string) => void = () => undefined;
  const opened = belongings.open(
    () => new Promise<string>((resolve) => (finish = resolve)),
    (made) => ended.push(made),
  );
  const failed = belongings.open(
    () => Promise.reject(new Error('not made')),
    () => ended.push('never'),
  );
  await expect(failed).rejects.toThrow('not made');
  const end = belongings.end();
  finish('late');
  await Promise.all([opened, end]);
  expect(ended).toEqual(['late']);
  await expect(
    belongings.open(
      async () => 'later',
      () => undefined,
    ),
  ).rejects.toThrow('being ended');
});
