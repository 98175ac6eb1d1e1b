import { join } from 'node:path';
import { openCluster, surroundings, type Cluster } from '@cluster-execution/cluster';
import {
  createTransport,
  type OutputStream,
  type RunRequest,
  type SshConfiguration,
  type Target,
  type Transport,
} from '@cluster-execution/ssh-transport';
import type { Nodes } from './nodes.js';
import { serverEnvironment } from './server.js';
import type { Stand } from './stand.js';

export interface TransportAlone {
  transport: Transport;
  /** Runs `true`. Throws where that did not end with 0. */
  run: (node: string) => Promise<void>;
  /** Runs a command that prints so many bytes; gives the milliseconds from its first byte to its end. */
  receive: (node: string, command: string, bytes: number) => Promise<number>;
}

/** The transport alone, on the lab's nodes. */
export async function openTransport(stand: Stand): Promise<TransportAlone> {
  const lab = await stand.lab();
  return stand.open(
    async () => transportTo(lab, stand.folder),
    ({ transport }) => transport.close(),
  );
}

/** The transport alone; nothing is connected yet, and whoever asks for it closes it. */
export function transportTo(nodes: Nodes, home: string, configuration?: SshConfiguration): TransportAlone {
  const transport = createTransport({
    localUser: nodes.user,
    home,
    identityFiles: [nodes.identityFile],
    knownHostsFile: nodes.knownHostsFile,
    ...(configuration === undefined ? {} : { configuration }),
  });
  const targets = new Map(nodes.nodes.map(({ id, host, port }) => [id, { host, port, user: nodes.user }]));
  const targetOf = (node: string): Target => targets.get(node) ?? { host: node };
  const succeed = async (node: string, request: RunRequest) => {
    const { exit } = await transport.run(targetOf(node), request);
    if (exit.kind !== 'exited' || exit.code !== 0)
      throw new Error(`${request.command}: ${JSON.stringify(exit)}`);
  };
  return {
    transport,
    run: (node) => succeed(node, { command: 'true' }),
    async receive(node, command, expected) {
      let bytes = 0;
      let firstAt: number | undefined;
      const onOutput = (_stream: OutputStream, chunk: Buffer) => {
        firstAt ??= performance.now();
        bytes += chunk.length;
      };
      await succeed(node, { command, onOutput });
      if (bytes !== expected) throw new Error(`${command}: ${bytes} bytes came.`);
      return performance.now() - (firstAt ?? 0);
    },
  };
}

/** The cluster as a library, in this process. */
export async function openLibrary(stand: Stand): Promise<{
  cluster: Cluster;
  /** Runs `true`, as `offload_to` does. Throws where that did not succeed. */
  run: (node: string) => Promise<void>;
}> {
  const inventory = await stand.inventory(await stand.lab());
  const env = { ...process.env, ...serverEnvironment(join(stand.folder, 'library')) };
  const cluster = await stand.open(
    () => openCluster({ around: surroundings(env, process.cwd()), configFlag: inventory }),
    (made) => made.close(),
  );
  return {
    cluster,
    async run(node) {
      const outcome = await cluster.run({ command: 'true', node_id: node });
      if (!outcome.success) throw new Error(`true: ${JSON.stringify(outcome)}`);
    },
  };
}
