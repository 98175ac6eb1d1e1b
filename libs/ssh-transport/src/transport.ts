import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type { SecretQuestion } from './authentication/secret-question.js';
import { parseHop, type HostSettings } from './configuration/index.js';
import { checkOptions } from './check-options.js';
import type { Connection } from './connection/connection.js';
import { dial } from './connection/dial.js';
import { createEndpoint, type Endpoint } from './connection/endpoint.js';
import { forward } from './connection/forward.js';
import { createLimit } from './connection/limit.js';
import { createLink, type Link } from './connection/link.js';
import type { Route } from './connection/route.js';
import { keepaliveOf, limitsOf, routeOf, settingsOf, variablesOf } from './connection/settings.js';
import { proxyStream } from './connection/proxy.js';
import { openSocket } from './connection/stream.js';
import { describeTarget, type Description } from './describe.js';
import { TransportError, transportClosed } from './errors.js';
import type { DownloadRequest, TransferResult, UploadRequest } from './files/request.js';
import type { Greeting } from './node/greeting.js';
import { createRemoteNode, type RemoteNode } from './node/node.js';
import type { Target, TransportOptions } from './options.js';
import type { RunRequest, RunResult } from './process/exit.js';

/** Runs commands over SSH. Connections are shared by target and stay open until they are idle or `close` is called. */
export interface Transport {
  /** Throws a TransportError where nothing ran; a command that ran, however it ended, is a RunResult. */
  run(target: Target, request: RunRequest): Promise<RunResult>;
  /**
   * Copies a file or a stream to the node by SFTP: whole or not at all, and onto its disk. Throws a TransportError.
   * Whoever reads the target meanwhile reads what was there before. The file is a new one, of the user who logs in.
   */
  upload(target: Target, request: UploadRequest): Promise<TransferResult>;
  /** Copies a file of the node here, or into a stream, likewise. */
  download(target: Target, request: DownloadRequest): Promise<TransferResult>;
  /** What the node said of itself when it was first reached. Throws a TransportError. */
  greeting(target: Target): Promise<Greeting>;
  /** How a node would be reached, without reaching it: itself, then the jump hosts on the way to it. */
  describe(target: Target): Promise<Description[]>;
  /** Connections open to all nodes. */
  readonly connections: number;
  /**
   * Ends all connections; until then they keep the process alive. Commands under way are `lost` and may run on on their
   * nodes: abort them by their `signal` first where they must not.
   */
  close(): void;
}

/**
 * Handshakes are work for the processor on both sides; more at once make all of them late. One that only waits for its
 * server is no work.
 */
const handshakesAtOnce = 12;
const maxJumps = 8;
/** A login shell's start-up files (nvm, pyenv, conda) take their time on a busy node; silence is noticed otherwise. */
const startUpMs = 15_000;

/** Throws `options-invalid` for a number that is none. */
export function createTransport(options: TransportOptions): Transport {
  checkOptions(options);
  const nodes = new Map<string, { node: RemoteNode; link: Link }>();
  const endpoints = new Map<string, Endpoint>();
  const handshakes = createLimit(handshakesAtOnce);
  const random = options.random ?? Math.random;
  const ending = new AbortController();
  manyListen(ending.signal);

  function nodeFor(target: Target): { node: RemoteNode; link: Link } {
    const key = keyOf(target);
    const present = nodes.get(key);
    if (present !== undefined) return present;
    const settings = settingsOf(target, options);
    const link = createLink({
      dial: () => dialTarget(target, settings),
      channelsPerConnection: 9,
      maxConnections: 4,
      idleMs: options.idleMs ?? 600_000,
      random,
    });
    const node = createRemoteNode(link, {
      name: key,
      host: target.host,
      environment: options.environment ?? 'user',
      greetTimeoutMs: Math.max(limitsOf(settings, options).handshakeTimeoutMs, startUpMs),
      captureTimeoutMs: 10_000,
      startTimeoutMs: options.startTimeoutMs ?? 60_000,
      environmentCheckMs: options.environmentCheckMs ?? 60_000,
      onNotice: (message) => options.onNotice?.(target, message),
    });
    const made = { node, link };
    nodes.set(key, made);
    return made;
  }

  function endpointFor(
    target: Target,
    { hostName, port, proxyCommand }: HostSettings,
    chain: Chain,
  ): Endpoint {
    const key = JSON.stringify([hostName, port, target.fallback, chain, proxyCommand]);
    const present = endpoints.get(key);
    if (present !== undefined) return present;
    const made = createEndpoint({
      attempts: options.attempts ?? 2,
      longestRestMs: options.longestRestMs ?? 10_000,
      now: options.now ?? (() => performance.now()),
      random,
      given: () => ending.signal.aborted,
    });
    endpoints.set(key, made);
    return made;
  }

  async function dialTarget(target: Target, settings: HostSettings): Promise<Connection> {
    const chain = target.jump ?? settings.proxyJump ?? [];
    const { askSecret } = options;
    const find = () => connectJump(target, chain);
    return endpointFor(target, settings, chain).connect(find, (jump) =>
      handshakes.run((giveUp) =>
        dial(routeOf(target, settings, options), {
          signal: ending.signal,
          onSilence: giveUp,
          ...limitsOf(settings, options),
          ...keepaliveOf(settings, options),
          env: variablesOf(settings, options),
          ...(askSecret === undefined
            ? {}
            : {
                askSecret: (question: SecretQuestion, signal: AbortSignal) =>
                  askSecret(target, question, signal),
              }),
          onNotice: (message) => options.onNotice?.(target, message),
          openStream: (route, signal) => openStream(target, settings, jump, route, signal),
        }),
      ),
    );
  }

  async function connectJump(target: Target, chain: Chain): Promise<Connection | undefined> {
    const last = chain.at(-1);
    if (last === undefined) return undefined;
    // Before anybody is asked: hosts that name each other would wait for each other.
    if (wayTo(target).endless)
      throw new TransportError(
        'connect-failed',
        `More than ${maxJumps} jump hosts in turn lead to ${target.host}.`,
        {
          hint: 'Look at ProxyJump in the SSH configuration: hosts that name each other never come to an end.',
        },
      );
    const { link } = nodeFor(jumpTarget(last, chain.slice(0, -1)));
    return link.connected().catch((error: unknown) => {
      throw jumpFailed(target, error);
    });
  }

  async function openStream(
    target: Target,
    settings: HostSettings,
    jump: Connection | undefined,
    route: Route,
    signal: AbortSignal,
  ): Promise<Duplex> {
    const { connectTimeoutMs } = limitsOf(settings, options);
    if (jump !== undefined) return forward(jump, route, connectTimeoutMs, signal);
    if (route.proxyCommand !== undefined) return proxyStream(route, route.proxyCommand, options.localShell);
    const family = settings.addressFamily === 'any' ? undefined : settings.addressFamily === 'inet' ? 4 : 6;
    return (options.openSocket ?? openSocket)(
      {
        host: route.hostName,
        port: route.port,
        timeoutMs: connectTimeoutMs,
        ...(target.fallback === undefined ? {} : { fallback: target.fallback }),
        ...(family === undefined ? {} : { family }),
      },
      signal,
    );
  }

  /** The target, then the hosts before it, nearest to it first; `endless` where they lead on to more than may be. */
  function wayTo(target: Target): { hops: Target[]; endless: boolean } {
    const hops = [target];
    const seen = new Set([keyOf(target)]);
    for (let hop = target; ; hops.push(hop)) {
      const chain = hop.jump ?? settingsOf(hop, options).proxyJump ?? [];
      const last = chain.at(-1);
      if (last === undefined) return { hops, endless: false };
      hop = jumpTarget(last, chain.slice(0, -1));
      if (hops.length > maxJumps || seen.has(keyOf(hop))) return { hops, endless: true };
      seen.add(keyOf(hop));
    }
  }

  async function describe(target: Target): Promise<Description[]> {
    const { hops, endless } = wayTo(target);
    const [own, ...jumps] = await Promise.all(
      hops.map((hop) => describeTarget(hop, settingsOf(hop, options), options)),
    );
    if (own !== undefined && endless)
      own.notes.push('Its jump hosts never come to an end: look at ProxyJump.');
    return own === undefined ? [] : [own, ...jumps];
  }

  const reach = (target: Target): RemoteNode => {
    if (ending.signal.aborted) throw transportClosed();
    return nodeFor(target).node;
  };
  return {
    async run(target, request) {
      manyListen(request.signal);
      return reach(target).run(request);
    },
    async upload(target, request) {
      manyListen(request.signal);
      return reach(target).upload(request);
    },
    async download(target, request) {
      manyListen(request.signal);
      return reach(target).download(request);
    },
    greeting: async (target) => reach(target).greeting(),
    describe,
    get connections() {
      return [...nodes.values()].reduce((sum, { node }) => sum + node.connections, 0);
    },
    close() {
      ending.abort();
      for (const { node } of nodes.values()) node.close();
      nodes.clear();
    },
  };
}

type Chain = readonly string[];

/** The same for targets that are the same. */
function keyOf({ host, port, user, fallback, jump }: Target): string {
  return JSON.stringify([host, port, user, fallback, jump]);
}

/** One signal may end any number of commands: Node warns of a leak beyond ten listeners. */
function manyListen(signal: AbortSignal | undefined): void {
  if (signal !== undefined) setMaxListeners(0, signal);
}

function jumpFailed({ host }: Target, error: unknown): unknown {
  if (!(error instanceof TransportError) || error.code === 'transport-closed') return error;
  const { code, message, hint, retryAfterMs } = error;
  return new TransportError(code, `The jump host to ${host} failed: ${message}`, {
    hint,
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Only the first jump of a chain may have a ProxyJump of its own. */
function jumpTarget(text: string, before: Chain): Target {
  return { ...parseHop(text), ...(before.length === 0 ? {} : { jump: before }) };
}
