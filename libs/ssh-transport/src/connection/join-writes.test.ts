import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { joinWrites } from './join-writes.js';

/** What reaches the operating system, call by call. */
function recorded() {
  const calls: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => (calls.push(String(chunk)), done()),
    writev: (chunks, done) => (calls.push(chunks.map(({ chunk }) => String(chunk)).join('+')), done()),
  });
  return { calls, stream: joinWrites(stream) };
}

test('what is written in one turn goes out together, the next turn’s apart', async () => {
  const { calls, stream } = recorded();
  stream.write('length');
  stream.write('body');
  stream.write('tag');
  await nextTurn();
  stream.write('next');
  await nextTurn();
  expect(calls).toEqual(['length+body+tag', 'next']);
});

test('an end in the same turn loses nothing', async () => {
  const { calls, stream } = recorded();
  stream.write('good');
  stream.end('bye');
  await nextTurn();
  expect(calls.join('+')).toBe('good+bye');
  expect(stream.writableFinished).toBe(true);
});

test('callbacks and the word on backpressure come as before', async () => {
  const { stream } = recorded();
  const written = new Promise<void>((resolve) => {
    stream.write('small', () => resolve());
  });
  await written;
  expect(stream.write(Buffer.alloc(stream.writableHighWaterMark))).toBe(false);
});
