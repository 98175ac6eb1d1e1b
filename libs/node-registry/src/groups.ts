import { evaluateNodeSet } from './node-set.js';

/** What an expression stands for: ids in the order written, and the names that are nobody's. */
export interface Expansion {
  readonly ids: string[];
  readonly unknown: string[];
}

export interface Groups {
  expand(expression: string): Expansion;
}

/**
 * Expands node sets with groups (`@farm`, `@rack[1-3]`, `@all`) in them. Groups must be free of cycles:
 * see `groupCycles`.
 */
export function createGroups(input: {
  readonly groups: Readonly<Record<string, string>>;
  readonly all: readonly string[];
  /** The id of a node by id or alias. */
  readonly idOf: (name: string) => string | undefined;
}): Groups {
  const definitions = new Map(Object.entries(input.groups));
  // A group is expanded once, else groups of groups of groups take exponential time.
  const expanded = new Map<string, Expansion>();

  function group(name: string): Expansion | undefined {
    const definition = definitions.get(name);
    if (definition === undefined) return undefined;
    const expansion = expanded.get(name) ?? expand(definition);
    expanded.set(name, expansion);
    return expansion;
  }

  function expand(expression: string): Expansion {
    const unknown = new Set<string>();
    const ids = evaluateNodeSet(expression, (name) => {
      if (name === '@all') return input.all;
      const found = name.startsWith('@') ? group(name.slice(1)) : undefined;
      if (found !== undefined) {
        for (const missing of found.unknown) unknown.add(missing);
        return found.ids;
      }
      const id = input.idOf(name);
      if (id === undefined) unknown.add(name);
      return id === undefined ? [] : [id];
    });
    return { ids, unknown: [...unknown] };
  }

  return { expand };
}

/** Every circle among the groups, as names in the order in which one leads to the next, back to the first. */
export function groupCycles(groups: Readonly<Record<string, string>>): string[][] {
  const definitions = new Map(Object.entries(groups));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (name: string, trail: readonly string[]) => {
    const start = trail.indexOf(name);
    if (start !== -1) cycles.push([...trail.slice(start), name]);
    if (start !== -1 || done.has(name)) return;
    for (const next of groupsIn(definitions.get(name) ?? '')) visit(next, [...trail, name]);
    done.add(name);
  };
  for (const name of definitions.keys()) visit(name, []);
  return cycles;
}

function groupsIn(definition: string): string[] {
  const names: string[] = [];
  evaluateNodeSet(definition, (name) => {
    if (name.startsWith('@')) names.push(name.slice(1));
    return [];
  });
  return names;
}
