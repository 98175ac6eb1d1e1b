import type { Duplex } from 'node:stream';
import { parseDestination, type HostSettings, type SshConfiguration } from './configuration/index.js';
import { dial } from './connection/dial.js';
import type { Connection } from './connection/connection.js';
import { createLimit } from './connection/limit.js';
import { createLink, type Link } from './connection/link.js';
import type { Route } from './connection/route.js';
import { forward, openSocket, proxyStream, type OpenSocket } from './connection/stream.js';
import { TransportError } from './errors.js';
import { knownHosts } from './host-keys/known-hosts.js';
import type { Greeting } from './node/greet.js';
import { createRemoteNode, type RemoteNode } from './node/node.js';
import type { RunRequest, RunResult } from './process/exit.js';

/** A machine, as the user names it. */
export interface Target {
  /** A name, an address, or a Host of the SSH configuration. */
  host: string;
  port?: number;
  user?: string;
  /** An address to try where the name leads nowhere. */
  fallback?: string;
  /** Hosts to go through, in order, each `[user@]host[:port]`; the SSH configuration's ProxyJump where absent. */
  jump?: readonly string[];
}

export interface TransportOptions {
  /** Who we are where nothing else says so. */
  localUser: string;
  /** The user's home folder here, for `~/.ssh`. */
  home: string;
  /** A parsed OpenSSH client configuration; none where absent. */
  configuration?: SshConfiguration;
  /** Keys to try before those of the SSH configuration. */
  identityFiles?: readonly string[];
  /** The agent's socket (SSH_AUTH_SOCK); an IdentityAgent of the SSH configuration comes first. */
  agentSocket?: string;
  /** Read, and written where a host is new. Default: the SSH configuration's, else ~/.ssh/known_hosts. */
  knownHostsFile?: string;
  /** `accept-new` (default): an unknown key is recorded, a changed one refused. `strict`: an unknown one too. */
  hostKeys?: 'accept-new' | 'strict';
  environment?: 'user' | 'plain';
  /** TCP connection and the server's first words. Default 2,000. */
  connectTimeoutMs?: number;
  /** Key exchange and authentication, after that. Default 5,000. */
  handshakeTimeoutMs?: number;
  /** Attempts to connect, the first included. Default 2. */
  attempts?: number;
  /** Default 3,500: with three questions unanswered a silent node is noticed within 14 s. */
  keepaliveMs?: number;
  /** Default 10 minutes. */
  idleMs?: number;
  /** For ProxyCommand. Default /bin/sh. */
  localShell?: string;
  openSocket?: OpenSocket;
  random?: () => number;
  onNotice?(target: Target, message: string): void;
}

/** Runs commands over SSH. Connections are shared by target and stay open until they are idle or `close` is called. */
export interface Transport {
  /** Throws a TransportError where nothing ran; a command that ran, however it ended, is a RunResult. */
  run(target: Target, request: RunRequest): Promise<RunResult>;
  /** What the node said of itself when it was first reached. Throws a TransportError. */
  greeting(target: Target): Promise<Greeting>;
  /** Connections open to all nodes. */
  readonly connections: number;
  close(): void;
}

/** Handshakes are work for the processor on both sides; more at once make all of them late. */
const handshakesAtOnce = 12;
const maxJumps = 8;

export function createTransport(options: TransportOptions): Transport {
  const nodes = new Map<string, { node: RemoteNode; link: Link }>();
  const handshakes = createLimit(handshakesAtOnce);
  const random = options.random ?? Math.random;
  let closed = false;

  function nodeFor(target: Target, jumps = 0): { node: RemoteNode; link: Link } {
    const key = JSON.stringify([target.host, target.port, target.user, target.fallback, target.jump]);
    const present = nodes.get(key);
    if (present !== undefined) return present;
    const settings = settingsOf(target, options);
    const link = createLink({
      dial: () => dialTarget(target, settings, jumps),
      channelsPerConnection: 9,
      maxConnections: 4,
      attempts: options.attempts ?? 2,
      idleMs: options.idleMs ?? 600_000,
      random,
    });
    const node = createRemoteNode(link, {
      environment: options.environment ?? 'user',
      greetTimeoutMs: options.handshakeTimeoutMs ?? 5_000,
      captureTimeoutMs: 10_000,
      onNotice: (message) => options.onNotice?.(target, message),
    });
    const made = { node, link };
    nodes.set(key, made);
    return made;
  }

  function dialTarget(target: Target, settings: HostSettings, jumps: number): Promise<Connection> {
    const work = async () =>
      dial(routeOf(target, settings, options), {
        connectTimeoutMs: connectTimeoutOf(settings, options),
        handshakeTimeoutMs: options.handshakeTimeoutMs ?? 5_000,
        keepaliveMs: options.keepaliveMs ?? 3_500,
        keepaliveCount: 3,
        onNotice: (message) => options.onNotice?.(target, message),
        openStream: (route, signal) => openStream(target, settings, route, signal, jumps),
      });
    // A connection through a jump host waits for the jump's own handshake: it must not hold a place meanwhile.
    return (target.jump ?? settings.proxyJump ?? []).length === 0 ? handshakes.run(work) : work();
  }

  async function openStream(
    target: Target,
    settings: HostSettings,
    route: Route,
    signal: AbortSignal,
    jumps: number,
  ): Promise<Duplex> {
    const chain = target.jump ?? settings.proxyJump ?? [];
    const last = chain.at(-1);
    if (last !== undefined) {
      if (jumps >= maxJumps)
        throw new TransportError('connect-failed', `More than ${maxJumps} jump hosts in turn.`);
      const jump = nodeFor(jumpTarget(last, chain.slice(0, -1)), jumps + 1);
      const connection = await jump.link.connected();
      return forward(connection, route.hostName, route.port, connectTimeoutOf(settings, options));
    }
    if (settings.proxyCommand !== undefined)
      return proxyStream(settings.proxyCommand, options.localShell ?? '/bin/sh');
    const family = settings.addressFamily === 'any' ? undefined : settings.addressFamily === 'inet' ? 4 : 6;
    return (options.openSocket ?? openSocket)(
      {
        host: route.hostName,
        port: route.port,
        ...(target.fallback === undefined ? {} : { fallback: target.fallback }),
        ...(family === undefined ? {} : { family }),
      },
      signal,
    );
  }

  const reach = (target: Target): RemoteNode => {
    if (closed) throw new TransportError('transport-closed', 'The transport is closed.');
    return nodeFor(target).node;
  };
  return {
    run: async (target, request) => reach(target).run(request),
    greeting: async (target) => reach(target).greeting(),
    get connections() {
      return [...nodes.values()].reduce((sum, { node }) => sum + node.connections, 0);
    },
    close() {
      closed = true;
      for (const { node } of nodes.values()) node.close();
      nodes.clear();
    },
  };
}

/** ssh_config(5), IdentityFile: the names tried where none is configured. */
const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];

/** Only the first jump of a chain may have a ProxyJump of its own. */
function jumpTarget(text: string, before: readonly string[]): Target {
  return { ...parseDestination(text), ...(before.length === 0 ? {} : { jump: before }) };
}

function connectTimeoutOf(settings: HostSettings, options: TransportOptions): number {
  if (options.connectTimeoutMs !== undefined) return options.connectTimeoutMs;
  return settings.connectTimeoutSeconds === undefined ? 2_000 : settings.connectTimeoutSeconds * 1_000;
}

function settingsOf(target: Target, options: TransportOptions): HostSettings {
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

function routeOf(target: Target, settings: HostSettings, options: TransportOptions): Route {
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
