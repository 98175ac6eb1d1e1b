import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStartMark } from './start-mark.js';

const mark = '0123456789abcdef';

/** Pushes `bytes` in pieces that end at `cuts`. */
function push(bytes: Buffer, cuts: readonly number[], follows = /^[0-9]+$/) {
  const seen: string[] = [];
  const filter = createStartMark(mark, follows, (rest) => seen.push(rest));
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const own: Buffer[] = [];
  let from = 0;
  for (const end of ends) {
    const given = filter.push(bytes.subarray(from, end));
    if (given !== undefined) own.push(given);
    from = end;
  }
  return { own: Buffer.concat(own), seen, filter };
}

it('gives back exactly what follows the mark, however the bytes are cut', () => {
  const noise = fc.string({ maxLength: 200 }).filter((text) => !text.includes(mark));
  fc.assert(
    fc.property(
      noise,
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (before, after, cuts) => {
        const bytes = Buffer.concat([Buffer.from(`${before}${mark} 4711\n`), Buffer.from(after)]);
        const { own, seen, filter } = push(bytes, cuts);
        expect(own).toEqual(Buffer.from(after));
        expect(seen).toEqual(['4711']);
        expect(filter.seen).toBe(true);
        expect(filter.noise()).toBe(before);
      },
    ),
  );
});

it('holds everything back where the mark never comes, and remembers the last of it', () => {
  const { own, seen, filter } = push(Buffer.from(`${'x'.repeat(9_000)}\nPermission denied`), [10, 5_000]);
  expect(own).toHaveLength(0);
  expect(seen).toEqual([]);
  expect(filter.seen).toBe(false);
  expect(filter.noise()).toMatch(/^x+\nPermission denied$/);
  expect(filter.noise().length).toBeLessThan(5_000);
});

it('finds the mark after very long noise without a newline', () => {
  const { own, seen } = push(Buffer.from(`${'x'.repeat(100_000)}${mark} 1\nout`), [4_000, 99_990]);
  expect([own.toString(), seen]).toEqual(['out', ['1']]);
});

it('does not take the mark in a line that a shell shows for the mark itself', () => {
  const shown = `+ CLUSTER_RUN=${mark}\n+ export CLUSTER_RUN\n+ echo ${mark}\n${mark} 12\nerr\n`;
  const { own, seen } = push(Buffer.from(shown), []);
  expect([own.toString(), seen]).toEqual(['err\n', ['12']]);
});

it('takes a mark again for what the command prints', () => {
  const { own, seen } = push(Buffer.from(`${mark} 1\n${mark} 2\n`), [3]);
  expect([own.toString(), seen]).toEqual([`${mark} 2\n`, ['1']]);
});
