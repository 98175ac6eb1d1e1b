import { expect, it } from 'vitest';
import { createLimit } from './limit.js';

/** Work that ends when it is told to. */
function setUp(size: number) {
  const limit = createLimit(size);
  const running = new Map<string, { end(): void; fail(): void; giveUp(): void }>();
  const start = (name: string) =>
    limit.run(
      (giveUp) =>
        new Promise<string>((resolve, reject) => {
          running.set(name, {
            end: () => resolve(name),
            fail: () => reject(new Error(name)),
            giveUp,
          });
        }),
    );
  const names = async () => {
    await new Promise(setImmediate);
    return [...running.keys()];
  };
  return { start, running, names };
}

it('lets so many in, and the others in order', async () => {
  const { start, running, names } = setUp(2);
  const all = ['a', 'b', 'c', 'd'].map(start);
  expect(await names()).toEqual(['a', 'b']);
  running.get('b')?.end();
  expect(await names()).toEqual(['a', 'b', 'c']);
  running.get('a')?.fail();
  await expect(all[0]).rejects.toThrow('a');
  expect(await names()).toEqual(['a', 'b', 'c', 'd']);
  for (const each of running.values()) each.end();
  expect(await Promise.all(all.slice(1))).toEqual(['b', 'c', 'd']);
});

it('lets the next in where a holder gives up its place, once', async () => {
  const { start, running, names } = setUp(1);
  const all = ['a', 'b', 'c'].map(start);
  running.get('a')?.giveUp();
  running.get('a')?.giveUp();
  expect(await names()).toEqual(['a', 'b']);
  running.get('a')?.end();
  expect(await all[0]).toBe('a');
  expect(await names()).toEqual(['a', 'b']);
  running.get('b')?.end();
  expect(await names()).toEqual(['a', 'b', 'c']);
  running.get('c')?.end();
  await Promise.all(all);
});
