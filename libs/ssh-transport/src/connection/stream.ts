import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { codeOf, messageOf, TransportError } from '../errors.js';

export interface Destination {
  /** A name, or an address. */
  host: string;
  port: number;
  /** An address to try where the name leads nowhere. */
  fallback?: string;
  /** The only family wanted (AddressFamily); either where absent. */
  family?: 4 | 6;
  /** After this long `signal` is aborted. */
  timeoutMs: number;
}

/** Opens a TCP connection. Rejects with an error that has a `code`. */
export type OpenSocket = (destination: Destination, signal: AbortSignal) => Promise<Socket>;

const codes: Record<string, string> = {
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connection-timed-out',
  EHOSTUNREACH: 'network-unreachable',
  ENETUNREACH: 'network-unreachable',
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
};

/** The system's resolver and its addresses in turn, without Nagle's delay; the fallback where the name leads nowhere. */
export const openSocket: OpenSocket = async (destination, signal) => {
  const { fallback } = destination;
  try {
    return await connectTo(destination, signal);
  } catch (error) {
    if (fallback === undefined || codeOf(error) !== 'host-not-found') throw error;
    return connectTo({ ...destination, host: fallback }, signal);
  }
};

const connectTo: OpenSocket = ({ host, port, family }, signal) =>
  new Promise((resolve, reject) => {
    // An address is connected to whatever family is asked for, so that is looked at here.
    if (family !== undefined && isIP(host) !== 0 && isIP(host) !== family)
      return reject(noAddress(host, family));
    if (signal.aborted)
      return reject(Object.assign(new Error('no longer wanted'), { code: 'connect-failed' }));
    const socket = connect({
      host,
      port,
      noDelay: true,
      ...(family === undefined ? { autoSelectFamily: true } : { family }),
    });
    const onAbort = () => socket.destroy(new Error('no answer in time'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', onAbort);
      const code = codes[codeOf(error) ?? ''] ?? 'connect-failed';
      reject(Object.assign(new Error(error.message, { cause: error }), { code }));
    });
  });

function noAddress(host: string, family: 4 | 6): Error {
  return Object.assign(new Error(`${host} is no IPv${family} address, as AddressFamily asks for`), {
    code: 'host-not-found',
  });
}

/** The standard streams of a ProxyCommand to `place`, run by the user's shell as ssh_config(5) says. */
export async function proxyStream(command: string, shell: string, place: string): Promise<Duplex> {
  const failed = (what: string, hint: string, cause?: unknown) =>
    new TransportError('connect-failed', `The ProxyCommand to ${place} ${what}.`, { hint, cause });
  const child = spawn(shell, ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn').catch((error: unknown) => {
    const hint = `Is ${shell} there? The environment’s SHELL names it.`;
    throw failed(`could not be started by ${shell}: ${messageOf(error)}`, hint, error);
  });
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    // That nobody reads it is told by the end, which says why.
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, (error) => (error ? undefined : done())),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => (child.kill(), done(error)),
  });
  child.stdin.on('error', () => undefined); // likewise
  child.stdout.on('data', (chunk) => stream.push(chunk) || child.stdout.pause());
  child.once('close', (code, signal) => {
    const hint = 'Run it in a terminal: an SSH server should say its name.';
    stream.destroy(failed(`ended with ${code ?? signal}`, hint));
  });
  return stream;
}
