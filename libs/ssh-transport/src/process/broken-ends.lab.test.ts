import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Lab } from '@cluster-execution/lab';
import { beforeEach, expect, it } from 'vitest';
import type { Target } from '../options.js';
import { setUpLabs, targetOf } from '../testing/labs.js';
import type { Transport } from '../transport.js';

const { start, open } = setUpLabs('broken-ends');
let lab: Lab;
let transport: Transport;
let target: Target;

beforeEach(async () => {
  lab = await start();
  target = targetOf(lab);
  transport = open(lab);
});

it('knows that a command ran whose start-up file sent standard error away', async () => {
  await writeFile(join(lab.node('n1').home, '.bashrc'), 'exec 2>/dev/null\n');
  let started = 0;
  const { exit } = await transport.run(target, { command: 'exit 3', onStart: () => void (started += 1) });
  expect(exit).toEqual({ kind: 'exited', code: 3 });
  expect(started).toBe(1);
});

it('ends a command whose input breaks off, and tells of that', async () => {
  const broken = new Error('the source broke off');
  const half = async function* () {
    yield Buffer.from('half of it\n');
    throw broken;
  };
  const heard: string[] = [];
  const running = transport.run(target, {
    command: 'cat; echo whole',
    stdin: Readable.from(half()),
    onOutput: (_stream, chunk) => void heard.push(chunk.toString()),
  });
  await expect(running).rejects.toBe(broken);
  expect(heard.join('')).not.toContain('whole');
});

it('leaves the connection’s other commands alone when a reader throws', async () => {
  const broken = new Error('the reader broke');
  const other = transport.run(target, { command: 'sleep 1; exit 4' });
  const read = transport.run(target, {
    command: 'echo a; sleep 60',
    onOutput: () => {
      throw broken;
    },
  });
  await expect(read).rejects.toBe(broken);
  expect((await other).exit).toEqual({ kind: 'exited', code: 4 });
  expect(transport.connections).toBe(1);
});
