import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { accountFilePaths, needsAlias, readAccountFiles, withAccount, type Account } from './account.js';
import { enterLine, renderEnterScript } from './enter-script.js';
import { authorizedKeysFileOf, enteredBy, enterScriptOf, hostKeyFileOf, type NodePlan } from './node-plan.js';
import { createKeyPair } from './key-pair.js';
import type { Mount } from './own-mounts.js';

/** Writes all that a node needs before it is started, and that its starts have in common. */
export async function writeNodeFiles(plan: NodePlan): Promise<void> {
  await mkdir(plan.folder, { recursive: true, mode: 0o700 });
  if (plan.homeBy !== 'machine') await mkdir(plan.home, { recursive: true, mode: 0o700 });
  if (enteredBy(plan) !== undefined) {
    const home = plan.homeBy === 'command' ? plan.home : undefined;
    const asked = plan.forcedBy === undefined ? 'replaced' : 'wrapped';
    await writeForAll(enterScriptOf(plan), renderEnterScript({ home, asked }), 0o755);
  }
  if (plan.account !== undefined) await writeAccount(plan, plan.account);
  await mkdir(dirname(authorizedKeysFileOf(plan)), { recursive: true });
  await writeForAll(authorizedKeysFileOf(plan), authorizedKeys(plan), 0o644);
  await writeHostKey(plan);
}

/** As authorized_keys has it; sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
function authorizedKeys(plan: NodePlan): string {
  if (enteredBy(plan) !== 'key') return `${plan.authorizedKey}\n`;
  const command = enterLine(enterScriptOf(plan)).replaceAll('"', String.raw`\"`);
  return `command="${command}" ${plan.authorizedKey}\n`;
}

export async function writeHostKey(plan: NodePlan): Promise<void> {
  const key = createKeyPair(plan.id);
  await writeFile(hostKeyFileOf(plan), key.privateKey, { mode: 0o600 });
  await writeFile(`${hostKeyFileOf(plan)}.pub`, `${key.publicKey}\n`);
}

/** What the node sees and the machine does not: a user database of its own, a disk of its own for the home. */
export function mountsOf(plan: NodePlan): Mount[] {
  const { account, diskBytes, home } = plan;
  const paths = account === undefined ? [] : Object.entries(accountFilePaths);
  const files = paths.map(([name, path]) => ({ path, by: join(plan.folder, name) }));
  if (diskBytes === undefined) return files;
  const { uid, gid } = account ?? userInfo();
  return [...files, { path: home, disk: { bytes: diskBytes, uid, gid } }];
}

async function writeAccount(plan: NodePlan, account: Account): Promise<void> {
  const shell = needsAlias(account.shell) ? join(plan.folder, 'ash') : account.shell;
  if (shell !== account.shell) await symlink(account.shell, shell);
  const files = withAccount(await readAccountFiles(), { ...account, shell }, plan.home);
  for (const [name, text] of Object.entries(files)) {
    await writeForAll(join(plan.folder, name), text, name === 'shadow' ? 0o600 : 0o644);
  }
  await chown(plan.home, account.uid, account.gid);
  // Somebody else has to get through to his home, and to see no more than that on the way.
  const nodes = dirname(plan.folder);
  for (const folder of [plan.folder, nodes, dirname(nodes)]) await chmod(folder, 0o711);
}

/** Whatever this process's umask is. */
async function writeForAll(path: string, text: string, mode: number): Promise<void> {
  await writeFile(path, text);
  await chmod(path, mode);
}
