import type { HostSettings } from '../configuration/index.js';
import { knownHosts } from '../host-keys/known-hosts.js';
import type { Target, TransportOptions } from '../options.js';
import type { Route } from './route.js';

/** ssh_config(5), IdentityFile: the names tried where none is configured. */
const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];

/** What the SSH configuration makes of `target`; ssh's defaults where there is none. */
export function settingsOf(target: Target, options: TransportOptions): HostSettings {
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
      identitiesOnly: false,
      setEnv: {},
      sendEnv: [],
      addressFamily: 'any',
      unsupported: [],
    }
  );
}

export function connectTimeoutOf(settings: HostSettings, options: TransportOptions): number {
  if (options.connectTimeoutMs !== undefined) return options.connectTimeoutMs;
  return settings.connectTimeoutSeconds === undefined ? 2_000 : settings.connectTimeoutSeconds * 1_000;
}

export function routeOf(target: Target, settings: HostSettings, options: TransportOptions): Route {
  const files = [
    ...(options.knownHostsFile === undefined
      ? (settings.userKnownHostsFiles ?? [`${options.home}/.ssh/known_hosts`])
      : [options.knownHostsFile]),
    ...(settings.globalKnownHostsFiles ?? ['/etc/ssh/ssh_known_hosts']),
  ];
  const identities = [...(options.identityFiles ?? []), ...settings.identityFiles];
  const agent =
    settings.identityAgent === 'none' ? undefined : (settings.identityAgent ?? options.agentSocket);
  return {
    label: target.host,
    hostName: settings.hostName,
    port: settings.port,
    user: target.user ?? settings.user ?? options.localUser,
    identityFiles: identities,
    defaultIdentityFiles: defaultIdentities.map((name) => `${options.home}/.ssh/${name}`),
    identitiesOnly: settings.identitiesOnly,
    hostKeys:
      options.hostKeys ??
      (settings.strictHostKeyChecking === 'yes' || settings.strictHostKeyChecking === 'ask'
        ? 'strict'
        : 'accept-new'),
    knownHosts: knownHosts(files, { hashNames: settings.hashKnownHosts === true }),
    ...(settings.hostKeyAlias === undefined ? {} : { hostKeyAlias: settings.hostKeyAlias }),
    ...(agent === undefined ? {} : { agentSocket: agent }),
  };
}
