import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { optionsFor, patience, setUpLabs, targetOf } from './testing/labs.js';
import { createTransport, type Transport } from './transport.js';

/**
 * What is left when a lot has been done, on either side. `npm run bench -- --only endurance` does five times as much;
 * here it has to fit into a minute on a busy machine.
 */
const commands = 2_000;
const connects = 200;
const atOnce = 8;

const { here } = setUpLabs('endurance');
let lab: Lab;
let node: LabNode;

beforeAll(async () => {
  lab = await startLab({ nodes: 1, engine: 'sshd' });
  node = lab.node('n1');
});
afterAll(() => lab.close());

/** Not kept for the end of the test: what is left of them is what is measured. */
const open = (): Transport => createTransport({ ...optionsFor(lab, here()), ...patience });

async function runOne(transport: Transport): Promise<void> {
  const { exit } = await transport.run(targetOf(lab), {
    command: ':',
    stdin: Buffer.from('x'),
    env: { A: '1' },
  });
  expect(exit).toEqual({ kind: 'exited', code: 0 });
}

/** `count` times, a few side by side. */
async function inLanes(count: number, once: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await once();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** What this process uses once its garbage is collected: in several goes, as some things only let go of others. */
async function heapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let count = 0; count < 4; count += 1) {
    collect();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const resources = (kind: string) => process.getActiveResourcesInfo().filter((name) => name === kind).length;

/** Process ids of sshd's own, one for each connection that it has (and one more before 9.8 for who is no root). */
async function connectionsOfSshd(): Promise<string[]> {
  const listener = (await readFile(join(lab.folder, 'nodes', 'n1', 'pid'), 'utf8')).trim();
  return spawnSync('ps', ['--ppid', listener, '-o', 'pid='], { encoding: 'utf8' })
    .stdout.split(/\s+/)
    .filter(Boolean);
}

async function residentBytes(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

it(`${commands} commands over one connection leave nothing behind`, async () => {
  const transport = open();
  try {
    await inLanes(commands / 5, () => runOne(transport));
    const [sshd = '', ...others] = await connectionsOfSshd();
    expect(others).toEqual([]);
    const before = { heap: await heapBytes(), sshd: await residentBytes(sshd), timers: resources('Timeout') };
    await inLanes((commands * 4) / 5, () => runOne(transport));
    expect(transport.connections).toBe(1);
    expect(await connectionsOfSshd()).toEqual([sshd]);
    expect(await node.processes()).toEqual([]);
    // 1,600 of anything that were kept would weigh more than that.
    expect((await heapBytes()) - before.heap).toBeLessThan(1_000_000);
    expect((await residentBytes(sshd)) - before.sshd).toBeLessThan(1_000_000);
    expect(resources('Timeout') - before.timers).toBeLessThan(10);
  } finally {
    transport.close();
  }
});

it(`${connects} connects and disconnects leave nothing behind`, async () => {
  const connectOnce = async () => {
    const transport = open();
    try {
      await runOne(transport);
    } finally {
      transport.close();
    }
  };
  await inLanes(connects / 5, connectOnce);
  const before = await heapBytes();
  await inLanes((connects * 4) / 5, connectOnce);
  await expect.poll(connectionsOfSshd, { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => resources('TCPSocketWrap'), { timeout: 10_000 }).toBe(0);
  expect(await node.processes()).toEqual([]);
  expect((await heapBytes()) - before).toBeLessThan(2_000_000);
});
