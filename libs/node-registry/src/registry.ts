import { ConfigurationError } from './configuration-error.js';
import type { Configuration } from './configuration.js';
import { createGroups, groupCycles, type Expansion } from './groups.js';
import { findLocalEntry, localNodeId, type KnownHost, type Machine } from './local-node.js';
import { nearest } from './nearest.js';
import type { NodeEntry } from './node-entry.js';
import { isName } from './schema.js';

/** A node of the cluster. */
export interface Node extends NodeEntry {
  /** Whether it is this machine. One node always is. */
  readonly local: boolean;
}

/** Which nodes exist. Immutable: for a changed configuration make a new one. */
export interface Registry {
  readonly local: Node;
  /** In the order of the configuration; a local node that is not in it comes first. */
  readonly nodes: readonly Node[];
  /** By id, as written; else by alias, else by id in any case. */
  find(idOrAlias: string): Node | undefined;
  /**
   * The ids of a node set that may hold aliases and groups: `a,n[1-3],@farm!n2`, `@all`.
   *
   * @throws NodeSetError `node-set-invalid`, `node-set-too-large`
   */
  expand(expression: string): Expansion;
  /** The id, alias or (with `@`) group that was most likely meant. */
  suggest(unknown: string): string | undefined;
}

/**
 * Builds the registry of a configuration, as `loadConfiguration` gives it, on this machine.
 *
 * `hosts` are names known from elsewhere, such as the Hosts of an OpenSSH configuration. They tell which node
 * is this machine where a node's `host` is one of them. With `includeHosts` they can also be found by name,
 * as `ssh NAME` finds them; where a node's `host` names one, that node is found. They are never among `nodes`.
 *
 * @throws ConfigurationError `configuration-invalid` for groups that go round in a circle
 */
export function createRegistry(input: {
  readonly configuration: Pick<Configuration, 'localNode' | 'groups' | 'nodes'>;
  readonly machine: Machine;
  readonly hosts?: readonly KnownHost[];
  readonly includeHosts?: boolean;
}): Registry {
  const { configuration, machine, hosts = [] } = input;
  checkCycles(configuration.groups);
  const { local, nodes } = placeLocal(configuration, machine, hosts);
  const known = input.includeHosts === true ? [...nodes, ...nodesOfHosts(hosts, nodes)] : nodes;

  const byId = new Map(known.map((node) => [node.id, node]));
  // What was put in first must win: an alias before an id in another case.
  const byName = new Map<string, Node>();
  for (const node of known) for (const alias of node.aliases) addFirst(byName, alias.toLowerCase(), node);
  for (const node of known) addFirst(byName, node.id.toLowerCase(), node);
  if (input.includeHosts === true) addHostsOfNodes(byName, hosts, nodes);

  const find = (name: string) => byId.get(name) ?? byName.get(name.toLowerCase());
  const all = nodes.map(({ id }) => id);
  const groups = createGroups({ groups: configuration.groups, all, idOf: (name) => find(name)?.id });
  const groupNames = [...Object.keys(configuration.groups), 'all'].map((name) => `@${name}`);
  const nodeNames = known.flatMap(({ id, aliases }) => [id, ...aliases]);
  return {
    local,
    nodes,
    find,
    expand: (expression) => groups.expand(expression),
    suggest: (unknown) => nearest(unknown, unknown.startsWith('@') ? groupNames : nodeNames),
  };
}

function checkCycles(groups: Configuration['groups']): void {
  const problems = groupCycles(groups).map((cycle) => ({
    key: `groups.${cycle[0]}`,
    message: `goes round in a circle: ${cycle.map((name) => `@${name}`).join(' > ')}`,
  }));
  if (problems.length > 0) throw new ConfigurationError('configuration-invalid', problems);
}

/** Marks the local node, and fills in what the machine itself knows better than any default. */
function placeLocal(
  configuration: Pick<Configuration, 'localNode' | 'nodes'>,
  machine: Machine,
  hosts: readonly KnownHost[],
): { readonly local: Node; readonly nodes: readonly Node[] } {
  const entry = findLocalEntry(configuration, machine, hosts);
  const remote = configuration.nodes.filter((node) => node !== entry);
  const taken = new Set(
    remote.flatMap(({ id, aliases }) => [id, ...aliases]).map((name) => name.toLowerCase()),
  );
  const isTaken = (id: string) => taken.has(id.toLowerCase());
  const id = localNodeId(configuration.localNode, machine.hostname, isTaken);
  const { os, arch, cores: maxTasks } = machine;
  const local: Node = {
    ...(os === undefined ? {} : { os }),
    ...(arch === undefined ? {} : { arch }),
    ...(maxTasks === undefined ? {} : { maxTasks }),
    ...(entry ?? bareNode(id, machine.hostname === '' ? 'localhost' : machine.hostname)),
    local: true,
  };
  if (entry === undefined) return { local, nodes: [local, ...remote.map(asRemote)] };
  return { local, nodes: configuration.nodes.map((node) => (node === entry ? local : asRemote(node))) };
}

function asRemote(entry: NodeEntry): Node {
  return { ...entry, local: false };
}

function bareNode(id: string, host: string): NodeEntry {
  return {
    id,
    host,
    aliases: [],
    capabilities: [],
    specialties: [],
    labels: {},
    priority: 5,
    cordoned: false,
  };
}

/** The hosts that no node stands for. Their `host` is their name, so that their own SSH settings hold. */
function nodesOfHosts(hosts: readonly KnownHost[], nodes: readonly Node[]): Node[] {
  const covered = new Set(
    nodes.flatMap(({ id, host, aliases }) => [id, host, ...aliases]).map((name) => name.toLowerCase()),
  );
  return hosts
    .filter(({ id }) => isName(id) && !covered.has(id.toLowerCase()))
    .map(({ id }) => asRemote(bareNode(id, id)));
}

/** A known host that a node has as its `host` leads to that node. */
function addHostsOfNodes(
  byName: Map<string, Node>,
  hosts: readonly KnownHost[],
  nodes: readonly Node[],
): void {
  const known = new Set(hosts.map(({ id }) => id.toLowerCase()));
  for (const node of nodes) {
    if (known.has(node.host.toLowerCase())) addFirst(byName, node.host.toLowerCase(), node);
  }
}

function addFirst<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
