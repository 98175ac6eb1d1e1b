import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createTaskId } from './task-id.js';

it('is the time and 40 random bits', () => {
  const none = (count: number) => new Uint8Array(count);
  const all = (count: number) => new Uint8Array(count).fill(255);
  expect(createTaskId(0, none)).toBe('t_00000000000000000');
  expect(createTaskId(32 ** 9 - 1, all)).toBe('t_zzzzzzzzzzzzzzzzz');
  expect(createTaskId(33, none)).toBe('t_00000001100000000');
});

it('sorts by time and does not repeat', () => {
  const ids = Array.from({ length: 2000 }, (_, index) =>
    createTaskId(1_800_000_000_000 + (index >> 4), randomBytes),
  );
  expect(new Set(ids).size).toBe(2000);
  const heads = ids.map((id) => id.slice(0, 11));
  expect(heads.toSorted()).toEqual(heads);
});
