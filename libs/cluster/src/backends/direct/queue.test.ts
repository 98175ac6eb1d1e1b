import { expect, it } from 'vitest';
import { createQueue } from './queue.js';

const never = new AbortController().signal;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A place with `free` slots; those who wait take one. */
function setUp(free = 0) {
  const queue = createQueue();
  const got: string[] = [];
  const place = { free };
  const join = (name: string, priority: number, signal = never) =>
    queue.wait(
      priority,
      async () => {
        await settle();
        if (place.free === 0) return false;
        place.free -= 1;
        got.push(name);
        return true;
      },
      signal,
    );
  return { queue, got, place, join };
}

it('serves by priority, then by arrival', async () => {
  const { queue, got, place, join } = setUp();
  const all = [join('b', 5), join('d', 9), join('a', 1), join('c', 5)];
  await settle();
  for (let count = 0; count < 4; count += 1) {
    place.free = 1;
    queue.poke();
    await expect.poll(() => got.length).toBe(count + 1);
  }
  await Promise.all(all);
  expect(got).toEqual(['a', 'b', 'c', 'd']);
});

it('tries at once, and misses no poke that comes while it tries', async () => {
  const { queue, got, place, join } = setUp(1);
  await join('first', 5);
  const second = join('second', 5);
  place.free = 1;
  queue.poke();
  await second;
  expect(got).toEqual(['first', 'second']);
});

it('lets go of who is cancelled', async () => {
  const { queue, got, place, join } = setUp();
  const stop = new AbortController();
  const waiting = join('cancelled', 1, stop.signal);
  await settle();
  await settle();
  stop.abort();
  await waiting;
  await join('late', 1, AbortSignal.abort());
  place.free = 2;
  queue.poke();
  await settle();
  await settle();
  expect(got).toEqual([]);
});

it('tells only the one whose try fails', async () => {
  const { queue, got, place, join } = setUp();
  const broken = queue.wait(1, () => Promise.reject(new Error('no node')), never);
  const fine = join('fine', 5);
  await expect(broken).rejects.toThrow('no node');
  place.free = 1;
  queue.poke();
  await fine;
  expect(got).toEqual(['fine']);
});
