import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectFirst, createResolver, queryMulticastDns } from '@cluster-execution/ip-resolution';
import type { Configuration } from '@cluster-execution/node-registry';
import {
  createTransport,
  loadSshConfiguration,
  type OpenSocket,
  type SecretQuestion,
  type SshConfiguration,
  type Transport,
} from '@cluster-execution/ssh-transport';
import { present } from './present.js';
import type { Surroundings } from './surroundings.js';

/** Where the user's OpenSSH configuration lies, whether it is there or not. */
export function ownSshFile(configuration: Configuration, around: Surroundings): string {
  return configuration.ssh.configFile ?? join(around.home, '.ssh', 'config');
}

/** The user's OpenSSH configuration, or the file that the inventory names in its place. */
export function readSshConfiguration(configuration: Configuration, around: Surroundings): SshConfiguration {
  return loadSshConfiguration({
    files: [{ path: ownSshFile(configuration, around) }, { path: '/etc/ssh/ssh_config', system: true }],
    readFile: (path) => ifThere(() => readFileSync(path, 'utf8')),
    listFolder: (path) => ifThere(() => readdirSync(path)),
    home: around.home,
    localUser: around.user,
    localHostname: around.hostname,
    env: around.env,
  });
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Asks a person what `host` wants to know; undefined for no answer. */
export type AskSecret = (
  host: string,
  question: SecretQuestion,
  signal: AbortSignal,
) => Promise<string | undefined>;

export interface Persons {
  notice: (message: string) => void;
  askSecret: AskSecret | undefined;
}

/**
 * SSH connections as the configuration wants them: names resolved, addresses raced, keys found. Of the time limits
 * only those that somebody `set` come before what the SSH configuration says.
 */
export function connectionsFor(
  configuration: Configuration,
  set: (key: string) => boolean,
  sshConfiguration: SshConfiguration,
  around: Surroundings,
  { notice, askSecret }: Persons,
): Transport {
  const { ssh, timeouts } = configuration;
  return createTransport({
    localUser: around.user,
    home: around.home,
    configuration: sshConfiguration,
    identityFiles: ssh.identityFiles,
    environment: configuration.environment,
    attempts: ssh.retries,
    localEnvironment: around.env,
    openSocket: socketOpener(configuration),
    onNotice: (target, message) => notice(`${target.host}: ${message}`),
    ...(ssh.hostKeys === 'strict' ? { hostKeys: 'strict' as const } : {}),
    ...(askSecret === undefined
      ? {}
      : { askSecret: (target, question, signal) => askSecret(target.host, question, signal) }),
    ...present({
      connectTimeoutMs: set('timeouts.connectSeconds') ? timeouts.connectSeconds * 1_000 : undefined,
      handshakeTimeoutMs: set('ssh.checkSeconds') ? ssh.checkSeconds * 1_000 : undefined,
      knownHostsFile: ssh.knownHostsFile,
      agentSocket: around.env['SSH_AUTH_SOCK'],
      localShell: around.env['SHELL'],
    }),
  });
}

function socketOpener(configuration: Configuration): OpenSocket {
  const limitMs = configuration.timeouts.connectSeconds * 1_000;
  const resolver = createResolver({
    cacheTtlMs: configuration.addresses.cacheSeconds * 1_000,
    // Within the limit for connecting, so that a name nobody answers to is told as just that.
    mdns: (host, signal) =>
      queryMulticastDns(host, { timeoutMs: limitMs * 0.75, ...(signal === undefined ? {} : { signal }) }),
  });
  return async ({ host, port, fallback, family, timeoutMs }, signal) => {
    const { addresses } = await resolver.resolve(host, { fallback, signal });
    const wanted = family === undefined ? addresses : addresses.filter((each) => each.family === family);
    if (wanted.length === 0) throw noAddress(host, family);
    try {
      return await connectFirst(wanted, port, { signal, timeoutMs });
    } catch (error) {
      resolver.forget(host); // it may have moved
      throw error;
    }
  };
}

function noAddress(host: string, family: number | undefined): Error {
  const message = `${host} has no IPv${family} address, as AddressFamily asks for`;
  return Object.assign(new Error(message), { code: 'host-not-found' });
}
