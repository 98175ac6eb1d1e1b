import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Target } from '../options.js';
import { createTransport, type Transport } from '../transport.js';

let folder: string;
let lab: Lab;
let transport: Transport;
let target: Target;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broken-ends-'));
  lab = await startLab({ nodes: 1 });
  const { host, port } = lab.node('n1');
  target = { host, port };
  transport = createTransport({
    localUser: lab.user,
    home: folder,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    environment: 'plain',
  });
});
afterEach(async () => {
  transport.close();
  await lab.close();
  await rm(folder, { recursive: true });
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
