import { expect, it } from 'vitest';
import { createTurns } from './turns.js';

const never = new AbortController().signal;

/** Work that ends when told to. */
function work(log: string[], name: string) {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    log.push(name);
    await done;
    return name;
  };
  return { run, end: () => end() };
}

it('lets no more in than there are turns, in order', async () => {
  const turn = createTurns(2);
  const log: string[] = [];
  const works = ['a', 'b', 'c', 'd'].map((name) => work(log, name));
  const ran = works.map(({ run }) => turn(run, never));
  await Promise.resolve();
  expect(log).toEqual(['a', 'b']);
  works[1]?.end();
  expect(await ran[1]).toBe('b');
  await Promise.resolve();
  expect(log).toEqual(['a', 'b', 'c']);
  works.forEach(({ end }) => end());
  expect(await Promise.all(ran)).toEqual(['a', 'b', 'c', 'd']);
});

it('lets what is cancelled go on at once, without a turn of its own', async () => {
  const turn = createTurns(1);
  const log: string[] = [];
  const [first, second, third] = [work(log, 'first'), work(log, 'second'), work(log, 'third')];
  const stop = new AbortController();
  const ran = [turn(first.run, never), turn(second.run, stop.signal), turn(third.run, never)];
  stop.abort();
  second.end();
  expect(await ran[1]).toBe('second');
  expect(log).toEqual(['first', 'second']);
  first.end();
  third.end();
  await Promise.all(ran);
  expect(log).toEqual(['first', 'second', 'third']);
  expect(await turn(() => Promise.resolve('at once'), AbortSignal.abort())).toBe('at once');
});

it('gives the turn on when the work fails', async () => {
  const turn = createTurns(1);
  await expect(turn(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
  expect(await turn(() => Promise.resolve('next'), never)).toBe('next');
});
