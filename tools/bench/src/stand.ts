import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { createBelongings, type Belongings } from './belongings.js';
import type { Nodes } from './nodes.js';
import { startServer, type Server } from './server.js';
import { createSsh, type Ssh } from './ssh.js';

/** What benchmarks run on. Each part is made when it is first asked for, and is there until `close`. */
export interface Stand {
  /** Fewer rounds: for a look, not for a figure. */
  readonly quick: boolean;
  /** `full` rounds, or about a fifth of them. */
  rounds(full: number): number;
  /** A folder of its own among the temporary files. */
  readonly folder: string;
  /** Nodes with a real sshd each. */
  lab(): Promise<Lab>;
  /** More of them, which limit log-ins and sessions as sshd does by default. */
  manyNodes(): Promise<Lab>;
  /** Nodes for one benchmark alone, each with more lines in its sshd_config. */
  anotherLab(nodes: number, ...sshdExtra: string[]): Promise<Lab>;
  /** A file with the inventory that reaches the nodes, each with the capability `bench`. */
  inventory(nodes: Nodes): Promise<string>;
  /** The user's own ssh, with an open ControlMaster to each node of the lab. */
  ssh(): Promise<Ssh>;
  /** The same to other nodes. */
  anotherSsh(nodes: Nodes): Promise<Ssh>;
  /** The built MCP server, which knows the lab's nodes. */
  server(): Promise<Server>;
  /** One more server, for one benchmark alone. */
  anotherServer(nodes: Nodes): Promise<Server>;
  /** Opens something of the benchmark's own that `close` ends, before what was there earlier. */
  readonly open: Belongings['open'];
  close(): Promise<void>;
}

export const nodeCount = 32;
export const manyNodes = 64;
export const capability = 'bench';

/**
 * bash reads ~/.bashrc when sshd starts it for a command, unless SHLVL says that it is not the first shell. What people
 * have in theirs may take 100 ms for each command, over ssh as with us: the differences would drown in it.
 */
const withoutBashrc = 'SetEnv SHLVL=7';

export async function createStand(options: { quick: boolean; profile?: string }): Promise<Stand> {
  const { open, end } = createBelongings();
  const folder = await open(
    () => mkdtemp(join(tmpdir(), 'cluster-bench-')),
    (path) => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  );
  const anotherLab = (nodes: number, ...sshdExtra: string[]) =>
    open(
      () =>
        startLab({
          nodes,
          homes: false,
          engine: 'sshd',
          sshdExtra: () => [withoutBashrc, ...sshdExtra],
        }),
      (started) => started.close(),
    );
  const lab = once(() => anotherLab(nodeCount));
  const inventory = async (of: Nodes) => {
    const path = join(await mkdtemp(join(folder, 'inventory-')), 'cluster.yaml');
    // All nodes are this one machine, which is busy: that must not make them unfit.
    const settings = { thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 100 } };
    await writeFile(path, of.clusterYaml({ settings, extra: () => ({ capabilities: [capability] }) }));
    return path;
  };
  const anotherServer = async (of: Nodes) => {
    const settings = {
      inventory: await inventory(of),
      folder: await mkdtemp(join(folder, 'server-')),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    };
    return open(
      () => startServer(settings),
      (server) => server.close(),
    );
  };
  const anotherSsh = async (of: Nodes) => {
    const sockets = await mkdtemp(join(folder, 's-'));
    const ssh = await open(
      async () => createSsh(of, sockets),
      (made) => made.close(),
    );
    await ssh.open();
    return ssh;
  };
  return {
    quick: options.quick,
    rounds: (full) => (options.quick ? Math.max(2, Math.round(full / 5)) : full),
    folder,
    lab,
    manyNodes: once(() => anotherLab(manyNodes, 'MaxStartups 10:30:100', 'MaxSessions 10')),
    anotherLab,
    inventory,
    ssh: once(async () => anotherSsh(await lab())),
    anotherSsh,
    server: once(async () => anotherServer(await lab())),
    anotherServer,
    open,
    close: end,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
