import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import { gatherIdentities, type Identity } from '../authentication/identities.js';
import { createLogin, type Login, type LoginInput } from '../authentication/login.js';
import type { SecretQuestion } from '../authentication/secret-question.js';
import { loadSsh2 } from '../authentication/ssh2.js';
import { codeOf, knownCode, messageOf, TransportError, transportClosed } from '../errors.js';
import { createConnection, type Connection } from './connection.js';
import { createDeadline, type Deadline } from './deadline.js';
import { handshake } from './handshake.js';
import { handshakeError } from './handshake-error.js';
import { createHostKeyCheck, hostKeyName, knownHostsError, preferKnown } from './host-key-check.js';
import { joinWrites } from './join-writes.js';
import { keepKeyObjects } from './key-objects.js';
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
  /** Nobody wants the connection any more. */
  signal: AbortSignal;
  /** The server has been silent for a moment: there is nothing to do but to wait. */
  onSilence(): void;
  /** Asks a person, who is told no more once `signal` is aborted; undefined for no answer. Nobody where absent. */
  askSecret?: (question: SecretQuestion, signal: AbortSignal) => Promise<string | undefined>;
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

/** A server that is heard of no more for this long is waited for, not worked with. */
const silenceMs = 250;

/** One connection to `route`, authenticated. Throws a TransportError; nothing ran. */
export async function dial(route: Route, options: DialOptions): Promise<Connection> {
  if (options.signal.aborted) throw transportClosed();
  const silence = setTimeout(() => options.onSilence(), silenceMs);
  const attempt = new AbortController();
  const giveUp = () => attempt.abort();
  options.signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await connect(route, options, attempt.signal, () => void silence.refresh());
  } catch (error) {
    if (options.signal.aborted) throw transportClosed();
    throw error;
  } finally {
    clearTimeout(silence);
    options.signal.removeEventListener('abort', giveUp);
    giveUp();
  }
}

/** `over` is aborted when the attempt has come to its end, and where nobody wants it any more. */
async function connect(
  route: Route,
  options: DialOptions,
  over: AbortSignal,
  heard: () => void,
): Promise<Connection> {
  const { Client } = await loadSsh2();
  const client = new Client();
  keepKeyObjects(client);
  const deadline = createDeadline();
  const patiently = <Value>(work: () => Promise<Value>) => deadline.without(work);
  const [found, known] = await Promise.all([
    gatherIdentities({ ...identityInput(route), client, patiently }),
    route.knownHosts.types(hostKeyName(route)).catch((error: unknown) => {
      throw knownHostsError(route, error);
    }),
  ]);
  const stream = joinWrites(await openInTime(route, options, over));
  const check = createHostKeyCheck(route);
  const login = createLogin(loginInput(route, found.identities, options, deadline, over));
  const notes = [...found.notes];
  const result = await handshake({
    client,
    stream,
    config: {
      sock: stream,
      username: route.user,
      authHandler: nextMethod(login),
      hostVerifier: (key: Buffer, answer: (accepted: boolean) => void) => check.verify(key, answer),
      readyTimeout: 0, // the limits here cover the first words and the rest apart
      keepaliveInterval: options.keepaliveMs,
      keepaliveCountMax: options.keepaliveCount,
      algorithms: { cipher: [...ciphers], serverHostKey: preferKnown(known) },
    },
    connectTimeoutMs: options.connectTimeoutMs,
    handshakeTimeoutMs: options.handshakeTimeoutMs,
    deadline,
    signal: over,
    heard,
    onAgentFailure: (error) => void notes.push(error.message),
  });
  if ('end' in result) throw check.refusal ?? handshakeError(result.end, route, login, notes);
  // At once: it listens for the connection's end, which may come while the key is written down.
  const connection = createConnection(client, stream, {
    place: where(route),
    software: serverSoftware(result.words),
    env: options.env,
    attended: login.attended,
  });
  const notRecorded = await check.recorded();
  if (notRecorded !== undefined) options.onNotice(`${where(route)}: ${notRecorded.message}`);
  return connection;
}

/** A person who is asked has all the time that the server gives. */
function loginInput(
  route: Route,
  identities: readonly Identity[],
  { askSecret }: DialOptions,
  deadline: Deadline,
  signal: AbortSignal,
): LoginInput {
  return {
    user: route.user,
    identities,
    methods: route.loginMethods,
    prompts: route.passwordPrompts,
    ...(askSecret === undefined
      ? {}
      : { ask: (question) => deadline.without(() => askSecret(question, signal)) }),
  };
}

/** ssh2 takes `false` for "nothing left", whatever its types say. */
function nextMethod(login: Login): AuthHandlerMiddleware {
  return (left, partial, next) => {
    const answer = next as (method: AnyAuthMethod | false) => void;
    void login.next(left, partial).then(answer); // it never rejects
  };
}

async function openInTime(route: Route, options: DialOptions, over: AbortSignal): Promise<Duplex> {
  const late = AbortSignal.timeout(options.connectTimeoutMs);
  try {
    return await options.openStream(route, AbortSignal.any([late, over]));
  } catch (error) {
    if (error instanceof TransportError) throw error;
    const code = late.aborted ? 'connection-timed-out' : (knownCode(codeOf(error)) ?? 'connect-failed');
    const message = late.aborted
      ? `${where(route)} did not answer within ${options.connectTimeoutMs / 1000} s.`
      : `${where(route)} could not be reached: ${messageOf(error)}`;
    throw new TransportError(code, message, { hint: reachHint(code), cause: error });
  }
}

function reachHint(code: string): string {
  switch (code) {
    case 'host-not-found':
      return 'Check the name, or give the target an address as its fallback.';
    case 'connection-refused':
      return 'The machine answers, but no SSH server does: is sshd running, and is the port right?';
    case 'address-refused':
      return 'The name leads to this machine or to a container bridge: write the address that is meant.';
    default:
      return 'Is the machine on, and on this network?';
  }
}
