import type { CheckedFile } from './check-file.js';
import type { ConfigurationProblem } from './configuration-error.js';
import type { Path } from './document.js';
import { createGroups, groupCycles } from './groups.js';
import type { NodeEntry } from './node-entry.js';
import { evaluateNodeSet } from './node-set.js';
import { isName, nameRule } from './schema.js';

/** A node and the place of its entry in the file. */
export interface PlacedNode {
  readonly index: number;
  readonly node: NodeEntry;
}

/** Ids and aliases that two nodes claim, whatever their case. */
export function checkNodeNames(placed: readonly PlacedNode[], file: CheckedFile): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const owners = new Map<string, { readonly id: string; readonly path: Path; readonly what: string }>();
  const claim = (name: string, what: 'id' | 'alias', { index, node }: PlacedNode) => {
    const path = ['nodes', index, what === 'id' ? 'id' : 'aliases'];
    const key = name.toLowerCase();
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, { id: node.id, path, what });
    // A node may be called by its own id once more; for two nodes with one id the ids are the problem.
    const own = what === 'alias' && owner?.id === node.id;
    if (owner === undefined || own) return;
    const line = file.lineOf(owner.path);
    const where = line === undefined ? '' : ` (line ${line})`;
    const whose = owner.what === 'id' ? 'the id of a node' : `an alias of "${owner.id}"`;
    problems.push(file.problem(path, `"${name}" is already ${whose}${where}; ids and aliases must differ`));
  };
  for (const each of placed) claim(each.node.id, 'id', each);
  for (const each of placed) for (const alias of each.node.aliases) claim(alias, 'alias', each);
  return problems;
}

/** Ids of policy rules that stand twice. */
export function checkRuleIds(
  rules: readonly { readonly id: string }[],
  file: CheckedFile,
): ConfigurationProblem[] {
  const first = new Map<string, number>();
  return rules.flatMap(({ id }, index) => {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    if (earlier === undefined) return [];
    const line = file.lineOf(['policy', 'rules', earlier]);
    return [
      file.problem(['policy', 'rules', index, 'id'], `"${id}" is already the id of the rule in line ${line}`),
    ];
  });
}

/** Names of groups, their grammar, circles, and members that are nobody. */
export function checkGroups(input: {
  readonly groups: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeEntry[];
  readonly localNode: string | undefined;
  readonly file: CheckedFile;
}): ConfigurationProblem[] {
  const { groups, file } = input;
  const at = (name: string, message: string) => file.problem(['groups', name], message);
  const wrong = Object.entries(groups).flatMap(([name, definition]) => {
    const message = nameProblem(name) ?? grammarProblem(definition);
    return message === undefined ? [] : [at(name, message)];
  });
  if (wrong.length > 0) return wrong;
  const cycles = groupCycles(groups);
  if (cycles.length > 0) {
    return cycles.map((cycle) => {
      const circle = cycle.map((name) => `@${name}`).join(' > ');
      return at(cycle[0] ?? '', `goes round in a circle: ${circle}`);
    });
  }
  // After a node that could not be read, a name that is nobody's proves nothing.
  if (!file.nodesComplete) return [];
  const names = new Map(
    input.nodes.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name.toLowerCase(), id])),
  );
  if (input.localNode !== undefined) names.set(input.localNode.toLowerCase(), input.localNode);
  const idOf = (name: string) => names.get(name.toLowerCase());
  return Object.entries(groups).flatMap(([name, definition]) => {
    // Each group by itself and the others as empty, so that a name is reported where it was written.
    const others = Object.fromEntries(Object.keys(groups).map((other) => [other, '']));
    const { unknown } = createGroups({ groups: others, all: [], idOf }).expand(definition);
    return unknown.map((missing) => at(name, `"${missing}" is no node, alias or group of this file`));
  });
}

function nameProblem(name: string): string | undefined {
  if (name === 'all') return '"@all" is every node already; choose another name';
  return isName(name) ? undefined : `the name of a group ${nameRule}`;
}

function grammarProblem(definition: string): string | undefined {
  try {
    evaluateNodeSet(definition, () => []);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
