import { connect, isIP, type Socket } from 'node:net';
import { codeOf } from '../errors.js';

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

/**
 * Opens a TCP connection. Rejects with an error whose `code`, where it is one of the transport's, is handed on; any other
 * becomes `connect-failed`.
 */
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
