import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inClone } from './built.js';
import type { Nodes } from './nodes.js';
import type { Stand } from './stand.js';

/** The first of the nodes as from far away: what is sent to it, and what it sends, arrives `delayMs` later. */
export async function distant(stand: Stand, near: Nodes, delayMs: number): Promise<Nodes> {
  const [node] = near.nodes;
  if (node === undefined) throw new Error('There is no node.');
  const port = await openRelay(stand, node.port, delayMs);
  const folder = await mkdtemp(join(stand.folder, 'distant-'));
  const knownHostsFile = join(folder, 'known_hosts');
  const sshConfigFile = join(folder, 'ssh_config');
  await rewrite(near.knownHostsFile, knownHostsFile, [[`]:${node.port} `, `]:${port} `]]);
  await rewrite(near.sshConfigFile, sshConfigFile, [
    [`Port ${node.port}\n`, `Port ${port}\n`],
    [near.knownHostsFile, knownHostsFile],
  ]);
  return {
    ...near,
    nodes: [{ ...node, port }],
    knownHostsFile,
    sshConfigFile,
    clusterYaml: (options) =>
      near
        .clusterYaml({ ...options, knownHostsFile })
        .replaceAll(`"port": ${node.port},`, `"port": ${port},`),
  };
}

/** A port of the loopback interface that leads to `port`, so many milliseconds away each way. */
export async function openRelay(
  { open }: Pick<Stand, 'open'>,
  port: number,
  delayMs: number,
): Promise<number> {
  const relay = await open(
    async () => {
      const args = [inClone('tools/bench/dist/relay.js'), String(delayMs), String(port)];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(child, 'spawn');
      return child;
    },
    async (child) => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  );
  const [said] = (await once(relay.stdout, 'data')) as [Buffer];
  return Number(said.toString());
}

async function rewrite(from: string, to: string, changes: readonly [string, string][]): Promise<void> {
  let text = await readFile(from, 'utf8');
  for (const [old, replacement] of changes) text = text.replaceAll(old, replacement);
  await writeFile(to, text);
}
