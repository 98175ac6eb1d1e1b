import type { Duplex } from 'node:stream';
import type { Client, ConnectConfig } from 'ssh2';
import { gatherIdentities, type Identities } from '../authentication/identities.js';
import { codeOf, messageOf, TransportError } from '../errors.js';
import { createConnection, type Connection } from './connection.js';
import { createHostKeyCheck, hostKeyName, preferKnown } from './host-key-check.js';
import { joinWrites } from './join-writes.js';
import { serverSoftware } from './server-software.js';
import { identityInput, where, type Route } from './route.js';
import type { Keepalive } from './settings.js';

export interface DialOptions extends Keepalive {
  /** For the TCP connection and the server's first words. */
  connectTimeoutMs: number;
  /** For key exchange and authentication, after that. */
  handshakeTimeoutMs: number;
  /** Variables for every command, by ssh_config(5)'s SendEnv and SetEnv. */
  env: Readonly<Record<string, string>>;
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

/** One connection to `route`, authenticated. Throws a TransportError; nothing ran. */
export async function dial(route: Route, options: DialOptions): Promise<Connection> {
  const [{ Client }, found, known] = await Promise.all([
    import('ssh2').then((module) => module.default ?? module),
    gatherIdentities(identityInput(route)),
    route.knownHosts.types(hostKeyName(route)),
  ]);
  const stream = joinWrites(await openInTime(route, options));
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
  const words = await handshake(
    client,
    stream,
    config,
    route,
    options,
    () => check.refusal ?? authenticationNotes(found),
  );
  // At once: it listens for the connection's end, which may come while the key is written down.
  const connection = createConnection(client, stream, { software: serverSoftware(words), env: options.env });
  const notRecorded = await check.recorded();
  if (notRecorded !== undefined) options.onNotice(`${where(route)}: ${notRecorded.message}`);
  return connection;
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

function authenticationNotes({ identities, notes }: Identities): string {
  if (identities.length === 0)
    return [
      ...notes,
      'There was no key to offer: make one with ssh-keygen and ssh-copy-id, or name one in ssh.identityFiles.',
    ].join(' ');
  return notes.length === 0 ? 'Is the public key in ~/.ssh/authorized_keys there?' : notes.join(' ');
}

/** From the first words, which it gives, to being logged in. `explain` gives the refusal of a host key, or a hint on authentication. */
function handshake(
  client: Client,
  stream: Duplex,
  config: ConnectConfig,
  route: Route,
  options: DialOptions,
  explain: () => TransportError | string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    let timer = setTimeout(
      () => late('did not say a word', options.connectTimeoutMs),
      options.connectTimeoutMs,
    );
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
    const late = (what: string, limitMs: number) =>
      fail(
        new TransportError(
          'connection-timed-out',
          `${where(route)} accepted the connection and then ${what} within ${limitMs / 1_000} s.`,
          {
            hint: 'The machine may be frozen or far too busy.',
          },
        ),
      );
    stream.once('data', (chunk: Buffer) => {
      words = chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(
        () => late('did not finish the handshake', options.handshakeTimeoutMs),
        options.handshakeTimeoutMs,
      );
    });
    client.once('ready', () =>
      finish(() => {
        client.removeAllListeners('error');
        client.on('error', () => undefined); // an error nobody listens for would end the process
        resolve(words);
      }),
    );
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
