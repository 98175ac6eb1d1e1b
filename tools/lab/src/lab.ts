import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { cleanUpOnExit } from './cleanup.js';
import {
  renderClusterYaml,
  renderKnownHosts,
  renderSshConfig,
  writeIdentity,
  type ClusterYamlOptions,
} from './client-files.js';
import { findSshd } from './find-sshd.js';
import { LabError } from './lab-error.js';
import type { LabNode, ManagedNode } from './lab-node.js';
import type { Engine, LabOptions, NodeStart } from './lab-options.js';
import { startServerNodes } from './server-nodes.js';

export interface Lab extends AsyncDisposable {
  readonly folder: string;
  readonly nodes: LabNode[];
  /** What leads to them, the first one first. */
  readonly jumpHosts: LabNode[];
  /** Throws `unknown-node`. */
  node(id: string): LabNode;
  /** Who logs in to the nodes. */
  readonly user: string;
  readonly identityFile: string;
  /** Filled with every node's key. */
  readonly knownHostsFile: string;
  /** For `ssh -F`: a Host for each id. */
  readonly sshConfigFile: string;
  readonly engine: Engine;
  /** The text of an inventory that reaches all nodes. */
  clusterYaml(options?: ClusterYamlOptions): string;
  /** Stops every process and removes the folder; can be called again. */
  close(): Promise<void>;
}

/** Everything a lab consists of before somebody is made responsible for its end. */
export interface LabParts {
  folder: string;
  engine: Engine;
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
  const folder = await makeFolder(options.folder);
  const token = randomBytes(9).toString('hex');
  try {
    const identity = await writeIdentity(folder, identityName);
    const nodes = await startNodes(engine, ids, { ...identity, folder, token, options });
    await writeFile(knownHostsFileOf(folder), renderKnownHosts(nodes));
    await writeFile(sshConfigFileOf(folder), renderSshConfig(nodes, knownHostsFileOf(folder)));
    return { folder, engine, nodes };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startNodes(engine: Engine, ids: string[], start: NodeStart): Promise<ManagedNode[]> {
  if (engine !== 'embedded') return startServerNodes(ids, engine, start);
  const { user, jumpHosts, forcedCommand } = start.options;
  if (user !== undefined || jumpHosts !== undefined || forcedCommand !== undefined)
    throw new LabError(
      'no-sshd',
      'embedded servers have no users, jump hosts or forced commands: install openssh-server',
    );
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
  nodes: all,
  engine,
}: LabParts): Omit<Lab, 'close' | typeof Symbol.asyncDispose> {
  const jumps = new Set(all.map((node) => node.through));
  const nodes = all.filter((node) => !jumps.has(node.id));
  const identityFile = identityFileOf(folder);
  const knownHostsFile = knownHostsFileOf(folder);
  return {
    folder,
    engine,
    nodes,
    jumpHosts: all.filter((node) => jumps.has(node.id)),
    user: nodes[0]?.user ?? userInfo().username,
    node(id) {
      const found = all.find((node) => node.id === id);
      if (found) return found;
      const known = all.map((node) => node.id).join(', ');
      throw new LabError('unknown-node', `the lab has no node ${id}; it has ${known}`);
    },
    identityFile,
    knownHostsFile,
    sshConfigFile: sshConfigFileOf(folder),
    clusterYaml: (options) => renderClusterYaml(nodes, { identityFile, knownHostsFile }, options),
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

async function chooseEngine(engine: 'auto' | Engine): Promise<Engine> {
  if (engine !== 'auto') return engine;
  return (await findSshd()) === undefined ? 'embedded' : 'sshd';
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

const identityName = 'id_ed25519';
const identityFileOf = (folder: string) => join(folder, identityName);
const knownHostsFileOf = (folder: string) => join(folder, 'known_hosts');
const sshConfigFileOf = (folder: string) => join(folder, 'ssh_config');
