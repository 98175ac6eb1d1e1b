import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { chooseAccount, type Account, type LabUser } from './account.js';
import { findProgram } from './find-program.js';
import { findSftpServer, sshdVersion } from './find-sshd.js';
import type { NodeStart } from './lab-options.js';
import { LabError } from './lab-error.js';
import type { ManagedNode } from './lab-node.js';
import { writeIdentity } from './client-files.js';
import { writeNodeFiles } from './node-files.js';
import type { NodePlan } from './node-plan.js';
import { startOnFreePort } from './server-node.js';

// More at once gains nothing on few cores, and each waits longer for its banner.
const startsAtOnce = 8;

/** Starts servers in processes of their own, all or none. */
export async function startServerNodes(
  ids: string[],
  server: NodePlan['server'],
  start: NodeStart,
): Promise<ManagedNode[]> {
  const jumps = await planJumpHosts(start);
  const plans = [...(await planNodes(ids, server, start, jumps.at(-1)?.id)), ...jumps];
  const taken = new Set<number>();
  const started: ManagedNode[] = [];
  const waiting = [...plans];
  const startNext = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      await writeNodeFiles(plan);
      started.push(await startOnFreePort(plan, taken));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: startsAtOnce }, startNext));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) {
    await Promise.all(started.map((node) => node.stop()));
    throw failed.reason;
  }
  await writeFile(join(start.folder, 'plans.json'), JSON.stringify(plans));
  const order = plans.map(({ id }) => id);
  return started.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** Nodes, all alike. They let in the key that `start` names. */
async function planNodes(
  ids: string[],
  server: NodePlan['server'],
  { folder, token, options, authorizedKey, identityFile }: NodeStart,
  through: string | undefined,
): Promise<NodePlan[]> {
  const program = await findServer(server);
  const account = await accountFor(server, options.user);
  const homeBy = account !== undefined ? 'account' : (options.homes ?? true) ? 'command' : 'machine';
  const forced = options.forcedCommand;
  const { diskBytes } = options;
  if (diskBytes !== undefined && process.getuid?.() !== 0)
    throw new LabError('needs-root', 'only root can start nodes with a disk of their own');
  const fits = forced === undefined && homeBy !== 'command' ? 'internal-sftp' : undefined;
  const sftp = options.sftp === false ? undefined : ((await findSftpServer()) ?? fits);
  const version = server === 'sshd' ? await sshdVersion(program) : 0;
  return ids.map((id) => {
    const nodeFolder = join(folder, 'nodes', id);
    return {
      id,
      folder: nodeFolder,
      token,
      port: 0,
      server,
      program,
      version,
      ...(sftp === undefined ? {} : { sftp }),
      user: account?.name ?? userInfo().username,
      ...(account === undefined ? {} : { account }),
      authorizedKey,
      identityFile,
      home: homeBy === 'machine' ? userInfo().homedir : join(nodeFolder, 'home'),
      homeBy,
      ...(diskBytes === undefined ? {} : { diskBytes }),
      ...(forced === undefined ? {} : { forcedBy: forced }),
      ...(through === undefined ? {} : { through }),
      extra: options.sshdExtra?.(id) ?? [],
    };
  });
}

/** Servers as everybody has them, each behind the one before it and with a key of its own. */
async function planJumpHosts(start: NodeStart): Promise<NodePlan[]> {
  const { homes = true, sshdExtra, jumpHosts = 0 } = start.options;
  const options = { nodes: 0, homes, ...(sshdExtra === undefined ? {} : { sshdExtra }) };
  const plans: NodePlan[] = [];
  for (let hop = 1; hop <= jumpHosts; hop += 1) {
    const id = `j${hop}`;
    const identity = await writeIdentity(start.folder, `id_ed25519_${id}`);
    plans.push(...(await planNodes([id], 'sshd', { ...start, ...identity, options }, plans.at(-1)?.id)));
  }
  return plans;
}

async function findServer(server: NodePlan['server']): Promise<string> {
  const packages = { sshd: 'openssh-server', dropbear: 'dropbear-bin' };
  const program = await findProgram(server);
  if (program === undefined)
    throw new LabError(
      `no-${server}`,
      `no ${server} found on the PATH or in /usr/sbin: install ${packages[server]}`,
    );
  // The folder that sshd locks its unprivileged part into; only the package's own start script makes it.
  if (server === 'sshd' && process.getuid?.() === 0) {
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  }
  return program;
}

/** dropbear knows only the home that passwd names, so it needs a passwd of its own in any case. */
function accountFor(server: NodePlan['server'], user: LabUser | undefined): Promise<Account | undefined> {
  return chooseAccount(user ?? (server === 'dropbear' ? { name: userInfo().username } : undefined));
}
