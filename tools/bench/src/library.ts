import { join } from 'node:path';
import { openCluster, surroundings, type Cluster } from '@cluster-execution/cluster';
import { createTransport, type Target, type Transport } from '@cluster-execution/ssh-transport';
import type { Lab } from '@cluster-execution/lab';
import { serverEnvironment } from './server.js';
import type { Stand } from './stand.js';

/** The transport alone, on the lab's nodes. */
export async function openTransport(stand: Stand): Promise<{
  transport: Transport;
  /** Runs `true`. Throws where that did not end with 0. */
  run: (node: string) => Promise<void>;
}> {
  const lab = await stand.lab();
  const transport = await stand.open(
    async () =>
      createTransport({
        localUser: lab.user,
        home: stand.folder,
        identityFiles: [lab.identityFile],
        knownHostsFile: lab.knownHostsFile,
      }),
    (made) => made.close(),
  );
  return {
    transport,
    async run(node) {
      const { exit } = await transport.run(targetOf(lab, node), { command: 'true' });
      if (exit.kind !== 'exited' || exit.code !== 0) throw new Error(`true: ${JSON.stringify(exit)}`);
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

function targetOf(lab: Lab, node: string): Target {
  const { host, port } = lab.node(node);
  return { host, port, user: lab.user };
}
