import type { ConfigurationProblem } from './configuration-error.js';
import { addressProblem, type NodeEntry } from './node-entry.js';
import { set, type Environment } from './places.js';
import { hostProblem } from './ssh-names.js';

/** A value of one node that came from a variable. */
export interface NodeOverride {
  readonly id: string;
  readonly key: 'host' | 'fallbackIp';
  readonly value: string;
  readonly name: string;
}

const kinds = [
  { ending: 'HOST', key: 'host', check: hostProblem },
  { ending: 'IP', key: 'fallbackIp', check: addressProblem },
] as const;

/** `CLUSTER_<NODE>_HOST` and `CLUSTER_<NODE>_IP`: `<NODE>` is the id in capitals without punctuation. */
export function nodeVariable(id: string, ending: 'HOST' | 'IP'): string {
  return `CLUSTER_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}_${ending}`;
}

/** Puts the nodes' own variables over what the file says. */
export function applyNodeVariables(nodes: readonly NodeEntry[], env: Environment) {
  const overrides: NodeOverride[] = [];
  const problems: ConfigurationProblem[] = [];
  const owners = new Map<string, string>();
  const changed = nodes.map((node) => {
    let result = node;
    for (const { ending, key, check } of kinds) {
      const name = nodeVariable(node.id, ending);
      const value = set(env[name])?.trim();
      if (value === undefined) continue;
      const owner = owners.get(name);
      owners.set(name, node.id);
      // Two nodes with one id are a problem of their own.
      if (owner?.toLowerCase() === node.id.toLowerCase()) continue;
      const message = owner === undefined ? check(value) : `stands for both "${owner}" and "${node.id}"`;
      if (message === undefined) {
        result = { ...result, [key]: value };
        overrides.push({ id: node.id, key, value, name });
      } else {
        problems.push({
          name,
          key: `nodes.${node.id}.${key}`,
          message: `${message}; found ${JSON.stringify(value)}`,
        });
      }
    }
    return result;
  });
  return { nodes: changed, overrides, problems };
}

/** Variables that look like a node's and are no node's: worth a word, no reason to stop. */
export function strayNodeVariables(nodes: readonly NodeEntry[], env: Environment): string[] {
  const known = new Set(nodes.flatMap(({ id }) => kinds.map(({ ending }) => nodeVariable(id, ending))));
  return Object.keys(env)
    .filter((name) => /^CLUSTER_[A-Z0-9]+_(HOST|IP)$/.test(name) && !known.has(name))
    .toSorted();
}
