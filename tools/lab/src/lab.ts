import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { chooseAccount, type Account, type LabUser } from './account.js';
import { cleanUpOnExit } from './cleanup.js';
import {
  renderClusterYaml,
  renderKnownHosts,
  renderSshConfig,
  type ClusterYamlOptions,
} from './client-files.js';
import { findSshd } from './find-sshd.js';
import { createKeyPair } from './key-pair.js';
import { LabError } from './lab-error.js';
import type { LabNode, ManagedNode } from './lab-node.js';
import type { LabOptions, NodeStart } from './lab-options.js';
import { startSshdNodes } from './sshd-nodes.js';

export interface Lab extends AsyncDisposable {
  readonly folder: string;
  readonly nodes: LabNode[];
  /** Throws `unknown-node`. */
  node(id: string): LabNode;
  readonly user: string;
  readonly identityFile: string;
  /** Filled with every node's key. */
  readonly knownHostsFile: string;
  /** For `ssh -F`: a Host for each id. */
  readonly sshConfigFile: string;
  readonly engine: 'sshd' | 'embedded';
  /** The text of an inventory that reaches all nodes. */
  clusterYaml(options?: ClusterYamlOptions): string;
  /** Stops every process and removes the folder; can be called again. */
  close(): Promise<void>;
}

/** Everything a lab consists of before somebody is made responsible for its end. */
export interface LabParts {
  folder: string;
  user: string;
  engine: 'sshd' | 'embedded';
  nodes: ManagedNode[];
}

/**
 * Starts SSH servers on loopback that let the current user in with a throw-away key.
 * They end with `close`, or with this process. Throws `LabError`.
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  return ownLab(await buildLab(options));
}

/** The lab without an owner: `npm run lab -- up` leaves it running. */
export async function buildLab(options: LabOptions): Promise<LabParts> {
  const ids = nodeIds(options.nodes);
  const engine = await chooseEngine(options.engine ?? 'auto');
  const account = await accountFor(engine, options.user);
  const folder = await makeFolder(options.folder);
  const user = account?.name ?? userInfo().username;
  const key = createKeyPair('cluster-execution-lab');
  await writeFile(identityFileOf(folder), key.privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'id_ed25519.pub'), `${key.publicKey}\n`);
  await writeFile(join(folder, 'authorized_keys'), `${key.publicKey}\n`);
  const token = randomBytes(9).toString('hex');
  try {
    const nodes = await startNodes(engine, ids, {
      folder,
      user,
      token,
      options,
      ...(account === undefined ? {} : { account }),
    });
    await writeFile(knownHostsFileOf(folder), renderKnownHosts(nodes));
    await writeFile(sshConfigFileOf(folder), renderSshConfig(nodes, clientOf(folder, user)));
    return { folder, user, engine, nodes };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startNodes(
  engine: 'sshd' | 'embedded',
  ids: string[],
  start: NodeStart,
): Promise<ManagedNode[]> {
  if (engine === 'sshd') return startSshdNodes(ids, start);
  const { startEmbeddedNodes } = await import('./embedded-nodes.js');
  return startEmbeddedNodes(ids, start);
}

function ownLab(parts: LabParts): Lab {
  const { folder, nodes } = parts;
  const releaseHooks = cleanUpOnExit(() => {
    for (const node of nodes) node.killNow();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeLab(parts).finally(releaseHooks);
    return closing;
  };
  return { ...describeLab(parts), close, [Symbol.asyncDispose]: close };
}

/** All that can be said about a lab, whoever owns it. */
export function describeLab({
  folder,
  nodes,
  user,
  engine,
}: LabParts): Omit<Lab, 'close' | typeof Symbol.asyncDispose> {
  return {
    folder,
    user,
    engine,
    nodes,
    node(id) {
      const found = nodes.find((node) => node.id === id);
      if (found) return found;
      const known = nodes.map((node) => node.id).join(', ');
      throw new LabError('unknown-node', `the lab has no node ${id}; it has ${known}`);
    },
    identityFile: identityFileOf(folder),
    knownHostsFile: knownHostsFileOf(folder),
    sshConfigFile: sshConfigFileOf(folder),
    clusterYaml: (options) => renderClusterYaml(nodes, clientOf(folder, user), options),
  };
}

export async function closeLab(parts: LabParts): Promise<void> {
  await Promise.all(parts.nodes.map((node) => node.stop()));
  await rm(parts.folder, { recursive: true, force: true, maxRetries: 3 });
}

function nodeIds(nodes: number | string[]): string[] {
  const ids =
    typeof nodes === 'number' ? Array.from({ length: nodes }, (_, index) => `n${index + 1}`) : nodes;
  if (ids.length < 1 || ids.length > 250) {
    throw new LabError('bad-node-count', `a lab has 1 to 250 nodes, not ${ids.length}`);
  }
  for (const id of ids) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
      throw new LabError(
        'bad-node-id',
        `${JSON.stringify(id)} is no node id: use letters, digits, ".", "_", "-"`,
      );
    }
  }
  if (new Set(ids).size !== ids.length)
    throw new LabError('bad-node-id', `two nodes have one id: ${ids.join(', ')}`);
  return ids;
}

async function chooseEngine(engine: 'auto' | 'sshd' | 'embedded'): Promise<'sshd' | 'embedded'> {
  if (engine === 'embedded') return 'embedded';
  if ((await findSshd()) !== undefined) return 'sshd';
  if (engine === 'auto') return 'embedded';
  throw new LabError('no-sshd', 'no sshd found on the PATH or in /usr/sbin: install openssh-server');
}

async function accountFor(
  engine: 'sshd' | 'embedded',
  user: LabUser | undefined,
): Promise<Account | undefined> {
  const account = await chooseAccount(user);
  if (account === undefined || engine === 'sshd') return account;
  throw new LabError('no-sshd', 'embedded servers know nobody but the current user: install openssh-server');
}

async function makeFolder(folder: string | undefined): Promise<string> {
  if (folder === undefined) return realpath(await mkdtemp(join(tmpdir(), 'cluster-execution-lab-')));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await realpath(folder);
  const used = await access(identityFileOf(path)).then(
    () => true,
    () => false,
  );
  if (used)
    throw new LabError('lab-exists', `there is a lab in ${path} already: close it, or give another folder`);
  return path;
}

const identityFileOf = (folder: string) => join(folder, 'id_ed25519');
const knownHostsFileOf = (folder: string) => join(folder, 'known_hosts');
const sshConfigFileOf = (folder: string) => join(folder, 'ssh_config');
const clientOf = (folder: string, user: string) => ({
  user,
  identityFile: identityFileOf(folder),
  knownHostsFile: knownHostsFileOf(folder),
});
