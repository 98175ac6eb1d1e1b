import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyPair } from './key-pair.js';
import type { LabNode } from './lab-node.js';
import type { Identity } from './lab-options.js';
import { quoteConfigToken } from './quote.js';

/** Makes a key without a passphrase in `folder`. */
export async function writeIdentity(folder: string, name: string): Promise<Identity> {
  const key = createKeyPair('cluster-execution-lab');
  const identityFile = join(folder, name);
  await writeFile(identityFile, key.privateKey, { mode: 0o600 });
  await writeFile(`${identityFile}.pub`, `${key.publicKey}\n`);
  return { authorizedKey: key.publicKey, identityFile };
}

/** Everything per host, so that the file can be included by another without touching its other hosts. */
export function renderSshConfig(nodes: LabNode[], knownHostsFile: string): string {
  return nodes
    .map((node) =>
      [
        `Host ${node.id}`,
        `  HostName ${node.host}`,
        `  Port ${node.port}`,
        `  User ${node.user}`,
        `  IdentityFile ${quoteConfigToken(node.identityFile)}`,
        ...(node.through === undefined ? [] : [`  ProxyJump ${node.through}`]),
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
        `  UserKnownHostsFile ${quoteConfigToken(knownHostsFile)}`,
        '  GlobalKnownHostsFile /dev/null',
        '  StrictHostKeyChecking yes',
        '  BatchMode yes',
        '  ConnectTimeout 10',
        '  LogLevel ERROR',
        '',
      ].join('\n'),
    )
    .join('\n');
}

export function renderKnownHosts(nodes: (LabNode & { hostKey: string })[]): string {
  return nodes.map((node) => `[${node.host}]:${node.port} ${node.hostKey}\n`).join('');
}

export interface ClusterYamlOptions {
  /** Default: the lab's own, with every node's key in it. */
  knownHostsFile?: string;
  /** More keys for a node. */
  extra?: (id: string) => Record<string, unknown>;
  /** Top-level keys; `ssh` is merged with the lab's key by key, the others replace. */
  settings?: Record<string, unknown>;
}

/** An inventory in the format of the cluster's configuration file, as JSON, which that file accepts. */
export function renderClusterYaml(
  nodes: LabNode[],
  client: { identityFile: string; knownHostsFile: string },
  options: ClusterYamlOptions = {},
): string {
  const { ssh, ...settings } = options.settings ?? {};
  const inventory = {
    ssh: {
      identityFiles: [client.identityFile],
      knownHostsFile: options.knownHostsFile ?? client.knownHostsFile,
      ...(typeof ssh === 'object' ? ssh : {}),
    },
    nodes: nodes.map((node) => ({
      id: node.id,
      host: node.host,
      port: node.port,
      user: node.user,
      ...options.extra?.(node.id),
    })),
    ...settings,
  };
  return `${JSON.stringify(inventory, undefined, 2)}\n`;
}
