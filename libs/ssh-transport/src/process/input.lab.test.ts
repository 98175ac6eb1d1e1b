import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { setUpLabs, targetOf } from '../testing/labs.js';
import type { RunRequest } from './exit.js';

const { start, open } = setUpLabs('input');

async function* pieces() {
  yield 'on';
  yield await Promise.resolve(Buffer.from('ce'));
}

it.each<[string, () => NonNullable<RunRequest['stdin']>]>([
  ['a string', () => 'once'],
  ['bytes', () => new TextEncoder().encode('once')],
  ['a stream', () => Readable.from(['on', 'ce'])],
  ['an iterable', pieces],
])('reads %s', async (_what, stdin) => {
  const lab = await start();
  let stdout = '';
  const onOutput = (_stream: string, chunk: Buffer) => void (stdout += chunk.toString('utf8'));
  const { exit } = await open(lab).run(targetOf(lab), { command: 'cat', stdin: stdin(), onOutput });
  expect({ exit, stdout }).toEqual({ exit: { kind: 'exited', code: 0 }, stdout: 'once' });
});

it('ends with an error where the input gives what is none', async () => {
  const lab = await start();
  const running = open(lab).run(targetOf(lab), { command: 'cat', stdin: Readable.from([{ a: 1 }]) });
  await expect(running).rejects.toThrow('it may give strings and Uint8Arrays');
});
