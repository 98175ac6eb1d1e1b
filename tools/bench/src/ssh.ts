import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '@cluster-execution/lab';

/** The user's own `ssh`, as a program would start it: what we compare ourselves with. */
export interface Ssh {
  /** Opens a ControlMaster to each node. */
  open(): Promise<void>;
  /** Over the node's ControlMaster. Throws where it does not end with 0. */
  overMaster(node: string, command: string): Promise<void>;
  /** With a connection of its own. Throws where it does not end with 0. */
  fresh(node: string, command: string): Promise<void>;
  close(): Promise<void>;
}

const openMs = 20_000;

/** @param folder where the masters' sockets lie; short, since a socket's path may have about 100 bytes */
export function createSsh(lab: Lab, folder: string): Ssh {
  const masters: { node: string; process: ChildProcess }[] = [];
  const shared = ['-F', lab.sshConfigFile, '-o', `ControlPath=${join(folder, 'ssh-%n')}`];

  async function openMaster(node: string): Promise<void> {
    const process = spawn('ssh', [...shared, '-M', '-N', node], { stdio: 'ignore' });
    masters.push({ node, process });
    await once(process, 'spawn');
    const until = performance.now() + openMs;
    while ((await exitCode([...shared, '-O', 'check', node])).code !== 0) {
      if (process.exitCode !== null || performance.now() > until)
        throw new Error(`ssh could not open a ControlMaster to ${node}.`);
      await delay(50);
    }
  }

  return {
    async open() {
      await Promise.all(lab.nodes.map(({ id }) => openMaster(id)));
    },
    overMaster: (node, command) => succeed([...shared, '-o', 'ControlMaster=no', node, command]),
    fresh: (node, command) => succeed(['-F', lab.sshConfigFile, '-o', 'ControlPath=none', node, command]),
    async close() {
      await Promise.all(
        masters.map(async ({ node, process }) => {
          const ended = process.exitCode === null ? once(process, 'exit') : undefined;
          const { code } = await exitCode([...shared, '-O', 'exit', node]);
          if (code !== 0) process.kill();
          await ended;
        }),
      );
    },
  };
}

async function succeed(args: string[]): Promise<void> {
  const { code, errors } = await exitCode(args);
  if (code !== 0) throw new Error(`ssh ended with ${code}: ${errors}`);
}

function exitCode(args: string[]): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, errors }));
  });
}
