import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { createBelongings, type Belongings } from './belongings.js';
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
  /** Nodes that take so long to begin with a command, as far or busy ones do. */
  slowLab(seconds: number): Promise<Lab>;
  /** A file with the inventory that reaches a lab's nodes, each with the capability `bench`. */
  inventory(lab: Lab): Promise<string>;
  /** The user's own ssh, with an open ControlMaster to each node. */
  ssh(): Promise<Ssh>;
  /** The built MCP server, which knows the lab's nodes. */
  server(): Promise<Server>;
  /** One more server, for one benchmark alone. */
  anotherServer(lab: Lab): Promise<Server>;
  /** Opens something of the benchmark's own that `close` ends, before what was there earlier. */
  readonly open: Belongings['open'];
  close(): Promise<void>;
}

export const nodeCount = 32;
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
  const labOf = (sshdExtra: string[]) =>
    open(
      () =>
        startLab({
          nodes: nodeCount,
          homes: false,
          engine: 'sshd',
          sshdExtra: () => [withoutBashrc, ...sshdExtra],
        }),
      (started) => started.close(),
    );
  const lab = once(() => labOf([]));
  const inventory = async (of: Lab) => {
    const path = join(await mkdtemp(join(folder, 'inventory-')), 'cluster.yaml');
    // All nodes are this one machine, which is busy: that must not make them unfit.
    const settings = { thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 100 } };
    await writeFile(path, of.clusterYaml({ settings, extra: () => ({ capabilities: [capability] }) }));
    return path;
  };
  const anotherServer = async (of: Lab) => {
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
  return {
    quick: options.quick,
    rounds: (full) => (options.quick ? Math.max(2, Math.round(full / 5)) : full),
    folder,
    lab,
    slowLab: (seconds) => labOf([`ForceCommand sleep ${seconds}; exec sh -c "$SSH_ORIGINAL_COMMAND"`]),
    inventory,
    ssh: once(async () => {
      const of = await lab();
      const ssh = await open(
        async () => createSsh(of, folder),
        (made) => made.close(),
      );
      await ssh.open();
      return ssh;
    }),
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
