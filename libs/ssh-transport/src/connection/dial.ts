import type { Duplex } from 'node:stream';
import type { Client, ConnectConfig } from 'ssh2';
import { gatherIdentities } from '../authentication/identities.js';
import { codeOf, messageOf, TransportError } from '../errors.js';
import type { HostKeyVerdict, KnownHosts } from '../host-keys/known-hosts.js';
import { createConnection, type Connection } from './connection.js';

/** Where a connection goes, and as whom: everything resolved. */
export interface Route {
  /** Name for messages, as the caller wrote it. */
  label: string;
  hostName: string;
  port: number;
  user: string;
  hostKeyAlias?: string;
  identityFiles: readonly string[];
  /** Tried where no identity is configured. */
  defaultIdentityFiles: readonly string[];
  identitiesOnly: boolean;
  agentSocket?: string;
  hostKeys: 'accept-new' | 'strict';
  knownHosts: KnownHosts;
}

export interface DialOptions {
  /** For the TCP connection and the server's first words. */
  connectTimeoutMs: number;
  /** For key exchange and authentication, after that. */
  handshakeTimeoutMs: number;
  /** Silence before a question, and how many unanswered questions end the connection. */
  keepaliveMs: number;
  keepaliveCount: number;
  /** Something that stops nothing: ssh, too, connects where a new host key cannot be written down. */
  onNotice(message: string): void;
  /** Opens the byte stream. Rejects with an error that has a `code`. */
  openStream(route: Route, signal: AbortSignal): Promise<Duplex>;
}

/** AES-GCM first: with hardware help it is several times as fast as OpenSSH's own first choice, chacha20. */
const ciphers = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
] as const;

const hostKeyAlgorithms: Record<string, readonly string[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** One connection to `route`, authenticated. Throws a TransportError; nothing ran. */
export async function dial(route: Route, options: DialOptions): Promise<Connection> {
  const [{ Client }, found, known] = await Promise.all([
    import('ssh2').then((module) => module.default ?? module),
    gatherIdentities({
      user: route.user,
      identityFiles: route.identityFiles,
      defaultFiles: route.defaultIdentityFiles,
      identitiesOnly: route.identitiesOnly,
      ...(route.agentSocket === undefined ? {} : { agentSocket: route.agentSocket }),
    }),
    route.knownHosts.types(hostKeyName(route)),
  ]);
  const stream = await openInTime(route, options);
  const client = new Client();
  const check = createHostKeyCheck(route);
  const config: ConnectConfig = {
    sock: stream,
    username: route.user,
    authHandler: found.identities.map((identity) => identity.method),
    hostVerifier: (key: Buffer, answer: (accepted: boolean) => void) => check.verify(key, answer),
    readyTimeout: 0, // the limits here cover the first words and the rest apart
    keepaliveInterval: options.keepaliveMs,
    keepaliveCountMax: options.keepaliveCount,
    algorithms: { cipher: [...ciphers], serverHostKey: preferKnown(known) },
  };
  await handshake(
    client,
    stream,
    config,
    route,
    options,
    () => check.refusal ?? authenticationNotes(found.notes),
  );
  await check.recorded().catch((error: unknown) => options.onNotice(`${where(route)}: ${messageOf(error)}`));
  return createConnection(client);
}

function hostKeyName(route: Route) {
  const name = { host: route.hostName, port: route.port };
  return route.hostKeyAlias === undefined ? name : { ...name, alias: route.hostKeyAlias };
}

async function openInTime(route: Route, options: DialOptions): Promise<Duplex> {
  const signal = AbortSignal.timeout(options.connectTimeoutMs);
  try {
    return await options.openStream(route, signal);
  } catch (error) {
    if (error instanceof TransportError) throw error;
    const code = signal.aborted ? 'connection-timed-out' : (codeOf(error) ?? 'connect-failed');
    const message = signal.aborted
      ? `${where(route)} did not answer within ${options.connectTimeoutMs / 1000} s.`
      : `${where(route)} could not be reached: ${messageOf(error)}`;
    throw new TransportError(code, message, { hint: reachHint(code), cause: error });
  }
}

function reachHint(code: string): string {
  switch (code) {
    case 'host-not-found':
      return 'Check the name, or give the node a fallbackIp.';
    case 'connection-refused':
      return 'The machine answers, but no SSH server does: is sshd running, and is the port right?';
    case 'address-refused':
      return 'The name leads to this machine or to a container bridge: write the address that is meant.';
    default:
      return 'Is the machine on, and on this network?';
  }
}

/** The offer's order, types on record for the host first, as OpenSSH does, so that a second key type is no "change". */
function preferKnown(
  known: readonly string[],
): NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> {
  const types = Object.keys(hostKeyAlgorithms);
  const ordered = [
    ...known.filter((type) => types.includes(type)),
    ...types.filter((type) => !known.includes(type)),
  ];
  return ordered.flatMap((type) => hostKeyAlgorithms[type] ?? []) as ReturnType<typeof preferKnown>;
}

interface HostKeyCheck {
  verify(key: Buffer, answer: (accepted: boolean) => void): void;
  readonly refusal: TransportError | undefined;
  recorded(): Promise<void>;
}

function createHostKeyCheck(route: Route): HostKeyCheck {
  let refusal: TransportError | undefined;
  let recording: Promise<void> = Promise.resolve();
  const decide = async (key: Buffer): Promise<boolean> => {
    const verdict = await route.knownHosts.check(hostKeyName(route), key);
    if (verdict.kind === 'known') return true;
    if (verdict.kind === 'unknown' && route.hostKeys === 'accept-new') {
      recording = route.knownHosts.record(hostKeyName(route), key);
      return true;
    }
    refusal = hostKeyError(route, verdict);
    return false;
  };
  return {
    verify(key, answer) {
      decide(key).then(answer, (error: unknown) => {
        refusal = new TransportError(
          'host-key-unknown',
          `The known hosts could not be read: ${messageOf(error)}`,
          {
            cause: error,
          },
        );
        answer(false);
      });
    },
    get refusal() {
      return refusal;
    },
    recorded: () => recording,
  };
}

function hostKeyError(route: Route, verdict: Exclude<HostKeyVerdict, { kind: 'known' }>): TransportError {
  switch (verdict.kind) {
    case 'revoked':
      return new TransportError(
        'host-key-revoked',
        `The host key of ${where(route)}, ${verdict.fingerprint}, is revoked (${verdict.file}:${verdict.line}).`,
        { hint: 'Ask whoever runs the machine for a new host key.' },
      );
    case 'unknown':
      return new TransportError('host-key-unknown', `The host key of ${where(route)} is not known.`, {
        hint: 'Connect once with ssh and check its fingerprint, or set ssh.hostKeys to accept-new.',
      });
    case 'changed':
    default:
      return new TransportError(
        'host-key-changed',
        `The host key of ${where(route)} has changed: ${verdict.actualFingerprint} instead of ${verdict.expectedFingerprint} (${verdict.file}:${verdict.line}).`,
        {
          hint: `Somebody may be listening in, or the machine was set up anew. If so, remove ${verdict.file} line ${verdict.line} and connect again.`,
        },
      );
  }
}

function authenticationNotes(notes: readonly string[]): string {
  return notes.length === 0 ? 'Is the public key in ~/.ssh/authorized_keys there?' : notes.join(' ');
}

/** From the first words to being logged in. `explain` gives the refusal of a host key, or a hint on authentication. */
function handshake(
  client: Client,
  stream: Duplex,
  config: ConnectConfig,
  route: Route,
  options: DialOptions,
  explain: () => TransportError | string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => late('did not say a word'), options.connectTimeoutMs);
    const finish = (act: () => void) => {
      clearTimeout(timer);
      client.removeAllListeners('ready');
      client.removeAllListeners('close');
      act();
    };
    const fail = (error: TransportError) =>
      finish(() => {
        // What a dying connection still says adds nothing to the first cause.
        client.removeAllListeners('error');
        client.on('error', () => undefined);
        stream.destroy();
        reject(error);
      });
    const late = (what: string) =>
      fail(
        new TransportError(
          'connection-timed-out',
          `${where(route)} accepted the connection and then ${what}.`,
          {
            hint: 'The machine may be frozen or far too busy.',
          },
        ),
      );
    stream.once('data', () => {
      clearTimeout(timer);
      timer = setTimeout(() => late('did not finish the handshake'), options.handshakeTimeoutMs);
    });
    client.once('ready', () => finish(() => (client.removeAllListeners('error'), resolve())));
    client.on('error', (error: Error & { level?: string }) => {
      // One key that an agent does not sign with is no end: the next is tried.
      if (error.level !== 'agent') fail(handshakeError(error, route, explain()));
    });
    client.once('close', () =>
      fail(handshakeError(new Error('the server closed the connection'), route, explain())),
    );
    client.connect(config);
  });
}

function handshakeError(
  error: Error & { level?: string },
  route: Route,
  explanation: TransportError | string,
): TransportError {
  if (typeof explanation !== 'string') return explanation;
  if (error.level === 'client-authentication') {
    return new TransportError(
      'authentication-failed',
      `${where(route)} did not let ${route.user} in with any key.`,
      {
        hint: explanation,
        cause: error,
      },
    );
  }
  return new TransportError(
    'handshake-failed',
    `The SSH handshake with ${where(route)} failed: ${error.message}.`,
    {
      hint: 'The server may be overloaded or restarting; try again.',
      cause: error,
    },
  );
}

function where(route: Route): string {
  const port = route.port === 22 ? '' : ` port ${route.port}`;
  return route.label === route.hostName
    ? `${route.hostName}${port}`
    : `${route.label} (${route.hostName}${port})`;
}
