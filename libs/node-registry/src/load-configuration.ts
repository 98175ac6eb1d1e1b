import { dirname, resolve } from 'node:path';
import { checkFile, type CheckedFile } from './check-file.js';
import { checkGroups, checkNodeNames, checkRuleIds, type PlacedNode } from './check-names.js';
import { ConfigurationError } from './configuration-error.js';
import type { Configuration, ValueSource } from './configuration.js';
import type { ConfigurationFile } from './document.js';
import { expandEntry } from './node-entry.js';
import { maxNames } from './node-pattern.js';
import { applyNodeVariables, strayNodeVariables } from './node-variables.js';
import { readOverrides, type Override } from './overrides.js';
import { inHome, type Environment } from './places.js';
import { settingsSchema, type Settings } from './schema.js';
import { traceSources } from './trace-sources.js';

/** A configuration, and where each of its values came from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** By dotted path: `timeouts.commandSeconds`, `nodes.builder-1.host`, `groups.farm`, `policy.rules.no-prod`. */
  readonly sources: ReadonlyMap<string, ValueSource>;
  /** Variables that look like a node's (`CLUSTER_X_HOST`, `CLUSTER_X_IP`) where there is no such node. */
  readonly strayVariables: readonly string[];
}

/**
 * Layers defaults, the file (YAML or JSON), the environment and flags; later wins. Flags are named by the
 * setting's path (`{ 'timeouts.commandSeconds': 10 }`) and may be text. A variable that is empty counts as
 * not set. Paths may begin with `~`, and are otherwise relative to the file's folder.
 *
 * @throws ConfigurationError `configuration-invalid` with every problem there is
 */
export function loadConfiguration(input: {
  readonly file?: ConfigurationFile | undefined;
  readonly env: Environment;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly home: string;
}): LoadedConfiguration {
  const file = checkFile(input.file);
  const overrides = readOverrides(input.env, input.flags ?? {});
  const settings = settingsSchema.parse(layer(file.settings, overrides.good));

  const expanded = file.entries.map((each) => ({ index: each.index, ...expandEntry(each, file) }));
  const placed = expanded.flatMap(({ index, nodes }) => nodes.map((node): PlacedNode => ({ index, node })));
  const variables = applyNodeVariables(
    placed.map(({ node }) => node),
    input.env,
  );
  const { localNode } = settings;

  const problems = [
    ...file.problems,
    ...expanded.flatMap((each) => each.problems),
    ...(placed.length > maxNames ? [file.problem(['nodes'], `are more than ${maxNames}`)] : []),
    ...checkNodeNames(placed, file),
    ...checkRuleIds(settings.policy.rules, file),
    ...checkGroups({ groups: settings.groups, nodes: variables.nodes, localNode, file }),
  ].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  problems.push(...overrides.problems, ...variables.problems);
  if (problems.length > 0) throw new ConfigurationError('configuration-invalid', problems);

  const configuration = { ...withPaths(settings, input.home, input.file), nodes: variables.nodes };
  const sources = traceSources({
    configuration,
    file,
    path: input.file?.path,
    placed,
    overrides: overrides.good,
    variables: variables.overrides,
  });
  return { configuration, sources, strayVariables: strayNodeVariables(variables.nodes, input.env) };
}

function layer(fromFile: CheckedFile['settings'], overrides: readonly Override[]): Record<string, unknown> {
  const layered: Record<string, unknown> = structuredClone(fromFile);
  for (const { path, value } of overrides) {
    const [first = '', second] = path.split('.');
    layered[first] =
      second === undefined ? value : { ...(layered[first] as object | undefined), [second]: value };
  }
  return layered;
}

function withPaths(settings: Settings, home: string, file: ConfigurationFile | undefined): Settings {
  const folder = file === undefined ? home : dirname(resolve(home, file.path));
  const absolute = (path: string) => resolve(folder, inHome(path, home));
  const { knownHostsFile, configFile, identityFiles } = settings.ssh;
  return {
    ...settings,
    ssh: {
      ...settings.ssh,
      identityFiles: identityFiles.map(absolute),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile: absolute(knownHostsFile) }),
      ...(configFile === undefined ? {} : { configFile: absolute(configFile) }),
    },
  };
}
