import { join } from 'node:path';

/** The environment that is passed in; the library never reads `process.env` itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the configuration lies, and whether somebody named it (a named file has to exist). */
export interface ConfigurationPlace {
  readonly path: string;
  readonly named: boolean;
}

/**
 * The path of the configuration: the flag's, else `CLUSTER_CONFIG`, else
 * `$XDG_CONFIG_HOME/cluster-execution/cluster.yaml`, else the same below `~/.config`.
 */
export function configurationPath(input: {
  readonly flag?: string | undefined;
  readonly env: Environment;
  readonly home: string;
}): ConfigurationPlace {
  const named = input.flag ?? set(input.env['CLUSTER_CONFIG']);
  if (named !== undefined) return { path: inHome(named, input.home), named: true };
  const base = baseFolder(input.env['XDG_CONFIG_HOME']) ?? join(input.home, '.config');
  return { path: join(base, 'cluster-execution', 'cluster.yaml'), named: false };
}

/**
 * The folder for state (task record, logs): `CLUSTER_STATE_DIR`, else `$AGENTIC_SYSTEM_PATH/databases/cluster`,
 * else `$XDG_STATE_HOME/cluster-execution`, else the same below `~/.local/state`. Make it with mode 0700.
 */
export function stateFolder(env: Environment, home: string): string {
  const named = set(env['CLUSTER_STATE_DIR']);
  if (named !== undefined) return inHome(named, home);
  const system = set(env['AGENTIC_SYSTEM_PATH']);
  if (system !== undefined) return join(inHome(system, home), 'databases', 'cluster');
  const base = baseFolder(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state');
  return join(base, 'cluster-execution');
}

/** Puts `home` in the place of a leading `~`, as a shell does. */
export function inHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
}

/** A variable that is set to nothing counts as not set. */
export function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

// The XDG Base Directory Specification has relative paths ignored.
function baseFolder(value: string | undefined): string | undefined {
  return value?.startsWith('/') === true ? value : undefined;
}
