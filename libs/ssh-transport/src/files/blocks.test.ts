import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ahead } from './ahead.js';
import { readBlocks, streamBlocks, writeBlocks } from './blocks.js';
import type { OpenFile } from './place.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Resolves after as many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A file in memory whose answers take their time. */
function memoryFile(content: Buffer, slowness: () => number = () => 0) {
  let bytes = content;
  const state = { flying: 0, most: 0 };
  const take = async () => {
    state.most = Math.max(state.most, (state.flying += 1));
    await turns(slowness());
    state.flying -= 1;
  };
  const unused = () => Promise.reject(new Error('not asked for here'));
  const file: OpenFile = {
    async read(position, length) {
      await take();
      return bytes.subarray(position, position + length);
    },
    async write(position, block) {
      await take();
      if (position + block.length > bytes.length)
        bytes = Buffer.concat([bytes, Buffer.alloc(position + block.length - bytes.length)]);
      bytes.set(block, position);
    },
    look: unused,
    setMode: unused,
    truncate: unused,
    sync: unused,
    close: unused,
  };
  return { file, state, content: () => bytes };
}

describe('ahead', () => {
  it('does so many at a time and keeps the order', async () => {
    const state = { flying: 0, most: 0 };
    const work = async (item: number) => {
      state.most = Math.max(state.most, (state.flying += 1));
      await turns((item * 7) % 5);
      state.flying -= 1;
      return item;
    };
    const items = Array.from({ length: 40 }, (_, index) => index);
    expect(await all(ahead(items, 4, work))).toEqual(items);
    expect(state.most).toBe(4);
  });

  it('tells the first failure in the order of items, begins nothing after it, and leaves none unheard', async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      await turns(10 - item);
      if (item >= 3) throw new Error(`item ${item}`);
      return item;
    };
    await expect(all(ahead([0, 1, 2, 3, 4, 5, 6, 7, 8], 3, work))).rejects.toThrow('item 3');
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    await turns(12);
  });
});

const sizes = { blockBytes: fc.integer({ min: 1, max: 40 }), depth: fc.integer({ min: 1, max: 6 }) };
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));

it('reads a file from any place to its end', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(), fc.record(sizes), async (content, from, options) => {
      const start = content.length === 0 ? 0 : from % content.length;
      const { file } = memoryFile(content, () => start % 3);
      const got = await all(readBlocks(file, { start, end: content.length }, options));
      expect(Buffer.concat(got)).toEqual(content.subarray(start));
      expect(got.every((block) => block.length <= options.blockBytes)).toBe(true);
    }),
  );
});

it('reads a file that says that it is empty to wherever it ends', async () => {
  const content = Buffer.from('as in /proc');
  for (const blockBytes of [1, 4, 11, 12]) {
    const got = await all(
      readBlocks(memoryFile(content).file, { start: 0, end: 0 }, { blockBytes, depth: 3 }),
    );
    expect(Buffer.concat(got)).toEqual(content);
  }
});

it('tells that a file became shorter', async () => {
  const { file } = memoryFile(Buffer.alloc(100));
  await expect(
    all(readBlocks(file, { start: 0, end: 101 }, { blockBytes: 10, depth: 3 })),
  ).rejects.toMatchObject({
    code: 'file-changed',
  });
});

it('makes blocks of one size of a stream', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), sizes.blockBytes, async (chunks, blockBytes) => {
      const got = await all(
        streamBlocks(Readable.from(chunks.filter(({ length }) => length > 0)), blockBytes),
      );
      expect(Buffer.concat(got)).toEqual(Buffer.concat(chunks));
      expect(got.slice(0, -1).every((block) => block.length === blockBytes)).toBe(true);
      expect(got.every((block) => block.length > 0)).toBe(true);
    }),
  );
});

it('writes blocks to their places, so many at a time, and tells how far it is', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.record(sizes), async (before, content, { blockBytes, depth }) => {
      const { file, state, content: written } = memoryFile(before, () => content.length % 4);
      const told: number[] = [];
      const blocks = streamBlocks(Readable.from(content.length === 0 ? [] : [content]), blockBytes);
      const end = await writeBlocks(file, blocks, before.length, depth, (position) => told.push(position));
      expect(written()).toEqual(Buffer.concat([before, content]));
      expect(end).toBe(before.length + content.length);
      expect(told.at(-1) ?? before.length).toBe(end);
      expect(state.most).toBeLessThanOrEqual(depth);
    }),
  );
});
