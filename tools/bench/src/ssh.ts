import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inLanes } from './lanes.js';
import type { Nodes } from './nodes.js';

/** The user's own `ssh`, as a program would start it: what we compare ourselves with. */
export interface Ssh {
  /** Opens a ControlMaster to each node. */
  open(): Promise<void>;
  /** Over the node's ControlMaster. Throws where it does not end with 0. */
  overMaster(node: string, command: string): Promise<void>;
  /** With a connection of its own. Throws where it does not end with 0. */
  fresh(node: string, command: string): Promise<void>;
  /** The same; gives the milliseconds from its first byte of output to its end. `cipher`: ssh's own choice where absent. */
  receive(node: string, command: string, expected: { bytes: number; cipher?: string }): Promise<number>;
  /** Over the node's ControlMaster, its output into a file; gives the milliseconds from its start to its end. */
  keep(node: string, command: string, file: string): Promise<number>;
  close(): Promise<void>;
}

const openMs = 20_000;
const opensAtOnce = 8;

/** @param folder where the masters' sockets lie; short, since a socket's path may have about 100 bytes */
export function createSsh({ nodes, sshConfigFile }: Nodes, folder: string): Ssh {
  const masters: { node: string; process: ChildProcess }[] = [];
  const shared = ['-F', sshConfigFile, '-o', `ControlPath=${join(folder, 'ssh-%n')}`];

  async function openMaster(node: string): Promise<void> {
    const process = spawn('ssh', [...shared, '-M', '-N', node], { stdio: 'ignore' });
    masters.push({ node, process });
    await once(process, 'spawn');
    const until = performance.now() + openMs;
    while ((await runSsh([...shared, '-O', 'check', node])).code !== 0) {
      if (process.exitCode !== null || performance.now() > until)
        throw new Error(`ssh could not open a ControlMaster to ${node}.`);
      await delay(50);
    }
  }

  return {
    async open() {
      const ids = nodes.map(({ id }) => id);
      await inLanes(ids.length, opensAtOnce, (index) => openMaster(ids[index] ?? ''));
    },
    overMaster: (node, command) => succeed([...shared, '-o', 'ControlMaster=no', node, command]),
    fresh: (node, command) => succeed(['-F', sshConfigFile, '-o', 'ControlPath=none', node, command]),
    async receive(node, command, { bytes, cipher }) {
      const chosen = cipher === undefined ? [] : ['-c', cipher];
      const given = await runSsh(['-F', sshConfigFile, '-o', 'ControlPath=none', ...chosen, node, command]);
      if (given.code !== 0 || given.bytes !== bytes)
        throw new Error(`ssh ended with ${given.code} after ${given.bytes} bytes: ${given.errors}`);
      return given.outputMs;
    },
    async keep(node, command, file) {
      const startedAt = performance.now();
      const kept = await open(file, 'w');
      try {
        await succeed([...shared, '-o', 'ControlMaster=no', node, command], kept.fd);
        return performance.now() - startedAt;
      } finally {
        await kept.close();
      }
    },
    async close() {
      await Promise.all(
        masters.map(async ({ node, process }) => {
          const ended = process.exitCode === null ? once(process, 'exit') : undefined;
          const { code } = await runSsh([...shared, '-O', 'exit', node]);
          if (code !== 0) process.kill();
          await ended;
        }),
      );
    },
  };
}

async function succeed(args: string[], output?: number): Promise<void> {
  const { code, errors } = await runSsh(args, output);
  if (code !== 0) throw new Error(`ssh ended with ${code}: ${errors}`);
}

interface Given {
  code: number | null;
  errors: string;
  bytes: number;
  /** From the first byte of standard output to the end. */
  outputMs: number;
}

/** @param output a file for standard output, which is then not counted */
function runSsh(args: string[], output?: number): Promise<Given> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: ['ignore', output ?? 'pipe', 'pipe'] });
    let errors = '';
    let bytes = 0;
    let firstAt: number | undefined;
    child.stdout?.on('data', (chunk: Buffer) => {
      firstAt ??= performance.now();
      bytes += chunk.length;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.once('error', reject);
    child.once('close', (code) => {
      const now = performance.now();
      resolve({ code, errors, bytes, outputMs: now - (firstAt ?? now) });
    });
  });
}
