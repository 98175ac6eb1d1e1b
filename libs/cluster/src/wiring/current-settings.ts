import { readFileSync, statSync } from 'node:fs';
import { createPolicy } from '@cluster-execution/command-policy';
import {
  configurationPath,
  createRegistry,
  loadConfiguration,
  readConfigurationFile,
  type ConfigurationFile,
  type Registry,
  type ValueSource,
} from '@cluster-execution/node-registry';
import type { SshConfiguration, Transport } from '@cluster-execution/ssh-transport';
import { connectionsFor, ownSshFile, readSshConfiguration, type AskSecret } from './connections.js';
import { fleetOf } from './fleet.js';
import type { Settings } from './settings.js';
import type { Surroundings } from './surroundings.js';

/** The settings in force, and what `doctor` shows of where they came from. */
export interface Current {
  settings: Settings;
  sources: ReadonlyMap<string, ValueSource>;
  strayVariables: readonly string[];
  sshConfiguration: SshConfiguration;
  transport: Transport;
}

export interface CurrentSettings {
  get(): Current;
  readonly path: string;
  /** Why the file as it is now could not be used; the last good one is in force. */
  readonly error: Error | undefined;
  close(): void;
}

export interface CurrentSettingsOptions {
  around: Surroundings;
  configFlag?: string;
  flags?: Readonly<Record<string, unknown>>;
  now: () => number;
  notice: (message: string) => void;
  askSecret?: AskSecret;
}

/** The file is looked at again at most this often. */
const recheckMs = 500;

/**
 * Reads the configuration, and again whenever its file, or one of OpenSSH's that it builds on, has changed. Rejects where
 * the first reading fails.
 */
export async function openSettings(options: CurrentSettingsOptions): Promise<CurrentSettings> {
  const { around } = options;
  const place = configurationPath({
    env: around.env,
    home: around.home,
    ...(options.configFlag === undefined ? {} : { flag: options.configFlag }),
  });
  let current = build(await readConfigurationFile(place), options, undefined);
  let seen = stamps(place.path, current, around);
  let checkedAt = options.now();
  let failure: Error | undefined;
  const retired: Transport[] = [];

  function reread(): void {
    const now = options.now();
    if (now - checkedAt < recheckMs) return;
    checkedAt = now;
    try {
      const found = stamps(place.path, current, around);
      if (found === seen) return;
      seen = found;
      const file =
        stamp(place.path) === '' && !place.named
          ? undefined
          : { path: place.path, text: readFileSync(place.path, 'utf8') };
      const next = build(file, options, current);
      if (next.transport !== current.transport) retired.push(current.transport);
      current = next;
      failure = undefined;
      options.notice(`Read ${place.path} again.`);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      options.notice(
        `${place.path} has changed and cannot be used; the last good configuration holds. ${failure.message}`,
      );
    }
  }

  return {
    get() {
      reread();
      return current;
    },
    path: place.path,
    get error() {
      return failure;
    },
    close() {
      current.transport.close();
      for (const transport of retired) transport.close();
    },
  };
}

/** Changes with each change of what the settings were read from. */
function stamps(path: string, { settings, sshConfiguration }: Current, around: Surroundings): string {
  const own = ownSshFile(settings.configuration, around);
  return [path, own, ...sshConfiguration.files].map(stamp).join();
}

/** Changes with each change of the file; empty where there is none. */
function stamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
}

function build(
  file: ConfigurationFile | undefined,
  options: CurrentSettingsOptions,
  before: Current | undefined,
): Current {
  const { around } = options;
  const loaded = loadConfiguration({
    file,
    env: around.env,
    home: around.home,
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  });
  const { configuration } = loaded;
  const sshConfiguration = readSshConfiguration(configuration, around);
  const hosts = sshConfiguration.hosts().map((id) => ({ id, host: sshConfiguration.resolve(id).hostName }));
  const registry = createRegistry({ configuration, machine: around, hosts });
  const policy = createPolicy({ rules: configuration.policy.rules, workload: configuration.workload });
  // Open connections are kept where nothing that they depend on has changed.
  const transport =
    before !== undefined &&
    reachesAlike(before.settings.configuration, configuration) &&
    sshAlike(before.sshConfiguration, sshConfiguration, registry)
      ? before.transport
      : connectionsFor(
          configuration,
          (key) => loaded.sources.get(key)?.from !== 'default',
          sshConfiguration,
          around,
          { notice: options.notice, askSecret: options.askSecret },
        );
  const fleet = fleetOf(configuration, registry, transport, around, options.now);
  return {
    settings: { configuration, registry, policy, fleet },
    sources: loaded.sources,
    strayVariables: loaded.strayVariables,
    sshConfiguration,
    transport,
  };
}

/** By what it makes of every host that it names, of every node's, and of one that nobody names. */
function sshAlike(a: SshConfiguration, b: SshConfiguration, registry: Registry): boolean {
  const hosts = registry.nodes.map(({ host }) => host);
  const resolved = (ssh: SshConfiguration) =>
    JSON.stringify([...ssh.hosts(), ...hosts, 'any'].map((host) => [host, ssh.resolve(host)]));
  return resolved(a) === resolved(b);
}

function reachesAlike(a: Settings['configuration'], b: Settings['configuration']): boolean {
  const part = ({ ssh, timeouts, addresses, environment }: Settings['configuration']) =>
    JSON.stringify([ssh, timeouts.connectSeconds, addresses, environment]);
  return part(a) === part(b);
}
