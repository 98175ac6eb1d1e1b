import type { CheckedFile } from './check-file.js';
import type { PlacedNode } from './check-names.js';
import type { Configuration, ValueSource } from './configuration.js';
import type { Path } from './document.js';
import type { NodeOverride } from './node-variables.js';
import { settingSchemas, type Override } from './overrides.js';
import { entrySchema } from './schema.js';

/** For each value of a configuration, where it came from: settings, rules, groups, then nodes. */
export function traceSources(input: {
  readonly configuration: Configuration;
  readonly file: CheckedFile;
  readonly path: string | undefined;
  readonly placed: readonly PlacedNode[];
  readonly overrides: readonly Override[];
  readonly variables: readonly NodeOverride[];
}): ReadonlyMap<string, ValueSource> {
  const { configuration, file } = input;
  const sources = new Map<string, ValueSource>();

  const inFile = (value: unknown, path: Path): ValueSource => {
    const line = file.lineOf(path);
    const place = input.path === undefined ? {} : { file: input.path };
    return { value, from: 'file', ...place, ...(line === undefined ? {} : { line }) };
  };

  for (const path of settingSchemas.keys()) {
    const value = valueAt(configuration, path);
    const override = input.overrides.findLast((each) => each.path === path);
    if (override !== undefined) sources.set(path, { value, from: override.from, name: override.name });
    else if (valueAt(file.settings, path) !== undefined) sources.set(path, inFile(value, path.split('.')));
    else sources.set(path, { value, from: 'default' });
  }
  for (const [index, rule] of configuration.policy.rules.entries()) {
    sources.set(`policy.rules.${rule.id}`, inFile(rule, ['policy', 'rules', index]));
  }
  for (const [name, nodes] of Object.entries(configuration.groups)) {
    sources.set(`groups.${name}`, inFile(nodes, ['groups', name]));
  }

  const written = new Map(file.entries.map((each) => [each.index, each.written]));
  const variables = new Map(input.variables.map((each) => [`nodes.${each.id}.${each.key}`, each]));
  for (const [position, node] of configuration.nodes.entries()) {
    const index = input.placed[position]?.index ?? position;
    for (const key of Object.keys(entrySchema.shape)) {
      const path = `nodes.${node.id}.${key}`;
      const value = valueAt(node, key);
      const variable = variables.get(path);
      if (variable !== undefined) sources.set(path, { value, from: 'environment', name: variable.name });
      else if (written.get(index)?.has(key) === true) sources.set(path, inFile(value, ['nodes', index, key]));
      else sources.set(path, { value, from: 'default' });
    }
  }
  return sources;
}

function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}
