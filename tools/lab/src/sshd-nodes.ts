import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findSftpServer, findSshd, sshdVersion } from './find-sshd.js';
import type { NodeStart } from './lab-options.js';
import { LabError } from './lab-error.js';
import type { ManagedNode } from './lab-node.js';
import { writeNodeFiles } from './node-files.js';
import type { NodePlan } from './node-plan.js';
import { startOnFreePort } from './sshd-node.js';

// More at once gains nothing on few cores, and each waits longer for its banner.
const startsAtOnce = 8;

/** Starts real sshd processes, all or none. */
export async function startSshdNodes(ids: string[], start: NodeStart): Promise<ManagedNode[]> {
  const plans = await planNodes(ids, start);
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
  return started.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

async function planNodes(
  ids: string[],
  { folder, user, account, token, options }: NodeStart,
): Promise<NodePlan[]> {
  const sshd = await findSshd();
  if (sshd === undefined) throw new LabError('no-sshd', 'no sshd found: install openssh-server');
  // The folder that sshd locks its unprivileged part into; only the package's own start script makes it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const version = await sshdVersion(sshd);
  const sftpServer = await findSftpServer();
  const homeBy = account !== undefined ? 'account' : (options.homes ?? true) ? 'command' : 'machine';
  return ids.map((id) => {
    const nodeFolder = join(folder, 'nodes', id);
    return {
      id,
      folder: nodeFolder,
      token,
      port: 0,
      user,
      ...(account === undefined ? {} : { account }),
      sshd,
      version,
      sftpServer,
      authorizedKeysFile: join(folder, 'authorized_keys'),
      home: homeBy === 'machine' ? userInfo().homedir : join(nodeFolder, 'home'),
      homeBy,
      extra: options.sshdExtra?.(id) ?? [],
    };
  });
}
