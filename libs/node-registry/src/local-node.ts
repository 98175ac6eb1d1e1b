import { canonicalAddress, identifiesMachine } from './addresses.js';
import type { Configuration } from './configuration.js';
import type { NodeEntry } from './node-entry.js';
import type { Arch, Os } from './platform.js';
import { isName } from './schema.js';

/** This machine, as the operating system describes it. */
export interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly os?: Os | undefined;
  readonly arch?: Arch | undefined;
  readonly cores?: number | undefined;
}

/** A host that is known from elsewhere: `id` is what it is called there, `host` its name or address. */
export interface KnownHost {
  readonly id: string;
  readonly host: string;
}

/** The entry that is this machine, if one is: by `localNode`, else by host name, else by address. */
export function findLocalEntry(
  { localNode, nodes }: Pick<Configuration, 'localNode' | 'nodes'>,
  machine: Machine,
  hosts: readonly KnownHost[],
): NodeEntry | undefined {
  const named = localNode?.toLowerCase();
  const chosen =
    nodes.find(({ id }) => id.toLowerCase() === named) ??
    nodes.find(({ aliases }) => aliases.some((alias) => alias.toLowerCase() === named));
  if (chosen !== undefined) return chosen;

  const isHere = (name: string) => sameHost(name, machine.hostname);
  const mine = new Set(machine.addresses.map(canonicalAddress).filter((address) => address !== undefined));
  const isMine = (text: string) => {
    const address = canonicalAddress(text);
    return address !== undefined && identifiesMachine(address) && mine.has(address);
  };
  // What a node's host stands for, where it is the name of a host that is known from elsewhere.
  const meant = new Map(hosts.map(({ id, host }) => [id, host]));
  const hostsOf = ({ host }: NodeEntry) => [host, meant.get(host) ?? host];
  return (
    nodes.find(({ id }) => isHere(id)) ??
    nodes.find((node) => hostsOf(node).some(isHere)) ??
    nodes.find(({ aliases }) => aliases.some(isHere)) ??
    nodes.find((node) => [...hostsOf(node), node.fallbackIp ?? ''].some(isMine))
  );
}

/** The id for a node of this machine's own: `localNode`, else the short host name, made unlike those taken. */
export function localNodeId(
  localNode: string | undefined,
  hostname: string,
  isTaken: (id: string) => boolean,
): string {
  const short = shortName(hostname)
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const wanted = localNode ?? (isName(short) ? short : 'local');
  for (let count = 1; ; count++) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!isTaken(id)) return id;
  }
}

/**
 * Whether two names are one host's, as far as names can tell: without regard to case and `.local`, and a short
 * name is the same as a full one that begins with it. Two different domains are two hosts.
 */
function sameHost(a: string, b: string): boolean {
  const [left, right] = [plainName(a), plainName(b)];
  if (left === '' || left === 'localhost' || canonicalAddress(left) !== undefined) return false;
  if (left === right) return true;
  const oneIsShort = !left.includes('.') || !right.includes('.');
  return oneIsShort && shortName(left) === shortName(right);
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/\.(local|localdomain)$/, '');
}

function shortName(name: string): string {
  return name.split('.')[0] ?? name;
}
