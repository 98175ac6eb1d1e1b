import { readConfigurationFile, type Reading, type Statement } from './read.js';
import { type HostSettings, resolveHost } from './resolve.js';

export { defaultLoginMethods, type HostSettings, type LoginMethod } from './resolve.js';
export type { StrictHostKeyChecking, UnsupportedDirective } from './draft.js';
export {
  checkDestination,
  type Destination,
  formatDestination,
  parseDestination,
  parseHop,
} from './destination.js';
export { SshConfigurationError, SshDestinationError } from './error.js';

export interface SshConfigurationInput {
  /** in the order of precedence: the user's file, then the system's (`system: true`) */
  files: readonly { path: string; system?: boolean }[];
  /** undefined for a file that is not there: that is no error, as in ssh */
  readFile: (path: string) => string | undefined;
  /** names in a folder, for wildcards in `Include`; undefined where it cannot be listed */
  listFolder: (path: string) => readonly string[] | undefined;
  home: string;
  localUser: string;
  /** for `%i`; that of this process where absent */
  localUserId?: number;
  localHostname: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface SshConfiguration {
  /**
   * What ssh_config(5) makes of a host. `given` is what a command line gives and the files cannot change.
   * @throws SshConfigurationError where a value cannot be expanded; SshDestinationError (`code`
   * `ssh-destination-invalid`) for a host or user that ssh refuses
   */
  resolve(host: string, given?: { user?: string; port?: number }): HostSettings;
  /** Literal names on Host lines (no patterns, no negations), in order, each once. */
  hosts(): string[];
  /** Files that were there, included ones too, in the order read. */
  files: string[];
}

/**
 * Reads OpenSSH client configuration once, for any number of hosts, with the semantics of ssh_config(5).
 * `Match exec` and other conditions that we do not look into count as not met, and are reported in
 * `unsupported`. Nothing is run, and nothing is read but through the ports given.
 * @throws SshConfigurationError (`code` `ssh-configuration-invalid`) on what ssh itself refuses
 */
export function loadSshConfiguration(input: SshConfigurationInput): SshConfiguration {
  const options = { ...input, localUserId: input.localUserId ?? process.getuid?.() ?? 0 };
  const reading: Reading = { ...options, files: [], ignoreUnknown: [] };
  const files = input.files.map(({ path, system }) => readConfigurationFile(path, system ?? false, reading));
  return {
    resolve: (host, given = {}) => resolveHost(files, host, given, options),
    hosts: () => [...new Set(files.flatMap(literalHosts))],
    files: reading.files,
  };
}

function literalHosts(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'include') return statement.files.flatMap(literalHosts);
    if (statement.kind !== 'host') return [];
    return statement.patterns.filter((pattern) => !/[*?!]/.test(pattern));
  });
}
