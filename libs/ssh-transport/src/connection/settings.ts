import { checkDestination, defaultLoginMethods, type HostSettings } from '../configuration/index.js';
import { matchesPattern } from '../configuration/patterns.js';
import { knownHosts } from '../host-keys/known-hosts.js';
import type { Target, TransportOptions } from '../options.js';
import type { Route } from './route.js';

/** ssh_config(5), IdentityFile: the names tried where none is configured. */
const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];

/** What the SSH configuration makes of `target`; ssh's defaults where there is none. @throws SshDestinationError */
export function settingsOf(target: Target, options: TransportOptions): HostSettings {
  checkDestination(target);
  const given = {
    ...(target.user === undefined ? {} : { user: target.user }),
    ...(target.port === undefined ? {} : { port: target.port }),
  };
  return (
    options.configuration?.resolve(target.host, given) ?? {
      hostName: target.host,
      port: target.port ?? 22,
      ...(target.user === undefined ? {} : { user: target.user }),
      identityFiles: [],
      certificateFiles: [],
      identitiesOnly: false,
      setEnv: {},
      sendEnv: [],
      addressFamily: 'any',
      loginMethods: defaultLoginMethods,
      passwordPrompts: 3,
      unsupported: [],
    }
  );
}

/** TCP connection and first words; then key exchange and login. ssh_config(5) has one limit, ConnectTimeout, for each. */
export function limitsOf(
  { connectTimeoutSeconds }: HostSettings,
  options: TransportOptions,
): { connectTimeoutMs: number; handshakeTimeoutMs: number } {
  const set = connectTimeoutSeconds === undefined ? undefined : connectTimeoutSeconds * 1_000;
  return {
    connectTimeoutMs: options.connectTimeoutMs ?? set ?? 2_000,
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? Math.max(set ?? 0, 5_000),
  };
}

export interface Keepalive {
  /** How long the node is silent before it is asked whether it is there. */
  keepaliveMs: number;
  /** How many questions without an answer end the connection, when the next would be due. */
  keepaliveCount: number;
}

/**
 * A ServerAliveInterval alone says how often something must be sent, so the shorter of it and ours does it all. With a
 * ServerAliveCountMax it says how long silence is borne, and that holds, longer than ours or not.
 */
export function keepaliveOf(settings: HostSettings, options: TransportOptions): Keepalive {
  const ours = { keepaliveMs: options.keepaliveMs ?? 3_500, keepaliveCount: 3 };
  const { serverAliveIntervalSeconds: seconds, serverAliveCountMax: count } = settings;
  if (options.keepaliveMs !== undefined || seconds === undefined || seconds === 0) return ours;
  if (count !== undefined) return { keepaliveMs: seconds * 1_000, keepaliveCount: Math.max(count, 1) };
  return { ...ours, keepaliveMs: Math.min(seconds * 1_000, ours.keepaliveMs) };
}

/** What SendEnv hands on of our environment, and SetEnv, which wins. */
export function variablesOf(
  { sendEnv, setEnv }: HostSettings,
  { localEnvironment = {} }: TransportOptions,
): Readonly<Record<string, string>> {
  const sent = Object.entries(localEnvironment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && sendEnv.some((pattern) => matchesPattern(entry[0], pattern)),
  );
  return { ...Object.fromEntries(sent), ...setEnv };
}

/** ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile; the first is written. */
export function knownHostsFilesOf(settings: HostSettings, options: TransportOptions): readonly string[] {
  const own = ['known_hosts', 'known_hosts2'].map((name) => `${options.home}/.ssh/${name}`);
  const global = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
  return [
    ...(options.knownHostsFile === undefined
      ? (settings.userKnownHostsFiles ?? own)
      : [options.knownHostsFile]),
    ...(settings.globalKnownHostsFiles ?? global),
  ];
}

export function routeOf(target: Target, settings: HostSettings, options: TransportOptions): Route {
  const identities = [...(options.identityFiles ?? []), ...settings.identityFiles];
  const knownHostsFiles = knownHostsFilesOf(settings, options);
  const { proxyCommand, proxyCommandAt: at } = settings;
  const agent =
    settings.identityAgent === 'none' ? undefined : (settings.identityAgent ?? options.agentSocket);
  return {
    label: target.host,
    hostName: settings.hostName,
    port: settings.port,
    user: target.user ?? settings.user ?? options.localUser,
    identityFiles: identities,
    certificateFiles: settings.certificateFiles,
    defaultIdentityFiles: defaultIdentities.map((name) => `${options.home}/.ssh/${name}`),
    identitiesOnly: settings.identitiesOnly,
    loginMethods: settings.loginMethods,
    passwordPrompts: settings.passwordPrompts,
    hostKeys:
      options.hostKeys ??
      (settings.strictHostKeyChecking === 'yes' || settings.strictHostKeyChecking === 'ask'
        ? 'strict'
        : 'accept-new'),
    knownHosts: knownHosts(knownHostsFiles, { hashNames: settings.hashKnownHosts === true }),
    knownHostsFiles,
    ...(proxyCommand === undefined
      ? {}
      : { proxyCommand: { text: proxyCommand, ...(at && { place: `${at.file}:${at.line}` }) } }),
    ...(settings.hostKeyAlias === undefined ? {} : { hostKeyAlias: settings.hostKeyAlias }),
    ...(agent === undefined ? {} : { agentSocket: agent }),
    ...(settings.identityAgentUnset === undefined ? {} : { agentUnset: settings.identityAgentUnset }),
  };
}
