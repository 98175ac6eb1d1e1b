import { type Socket, connect as connectSocket } from 'node:net';
import type { Address } from './address.js';
import { type FailedAttempt, connectFailure } from './connect-error.js';

export interface ConnectOptions {
  /** How long an attempt has before the next starts beside it. Default: 250 (RFC 8305 §8). */
  attemptDelayMs?: number | undefined;
  /** How long all attempts have together. Default: 10,000. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Starts one connection. Default: TCP without Nagle's delay. */
  connect?: ((address: Address, port: number) => Socket) | undefined;
}

/**
 * Connects to the first of `addresses` that answers, as RFC 8305 §4 and §5 do: families alternate, beginning with
 * that of the first address; each next attempt starts when the one before has failed or been silent for
 * `attemptDelayMs`. The first to connect wins, all others are destroyed. The socket has Nagle's algorithm off.
 *
 * Rejects with a `ConnectError`, or with the signal's reason when that aborts.
 */
export function connectFirst(
  addresses: readonly Address[],
  port: number,
  options: ConnectOptions = {},
): Promise<Socket> {
  const { attemptDelayMs = 250, timeoutMs = 10_000, signal, connect = connectTcp } = options;
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  const waiting = alternateFamilies(addresses);
  const attempts: { address: string; socket: Socket; error?: Error }[] = [];
  let nextAttempt: NodeJS.Timeout | undefined;

  return new Promise((resolve, reject) => {
    const settle = (winner?: Socket) => {
      clearTimeout(nextAttempt);
      clearTimeout(limit);
      signal?.removeEventListener('abort', abort);
      for (const { socket } of attempts) if (socket !== winner) socket.destroy();
    };
    const abort = () => {
      settle();
      reject(signal?.reason as Error);
    };
    const startNext = () => {
      clearTimeout(nextAttempt);
      const address = waiting.shift();
      if (address === undefined) {
        if (attempts.every(({ error }) => error !== undefined)) giveUp();
        return;
      }
      const socket = connect(address, port);
      const attempt: (typeof attempts)[number] = { address: address.address, socket };
      attempts.push(attempt);
      const onError = (error: Error) => {
        attempt.error ??= error;
        startNext();
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        settle(socket);
        resolve(socket.setNoDelay(true));
      });
      nextAttempt = setTimeout(startNext, attemptDelayMs);
    };
    const giveUp = (timedOutAfterMs?: number) => {
      settle();
      const failed = attempts.map(({ address, error }): FailedAttempt => {
        return { address, error: error ?? new Error('no answer') };
      });
      reject(connectFailure(port, failed, timedOutAfterMs));
    };
    const limit = setTimeout(() => giveUp(timeoutMs), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    startNext();
  });
}

function connectTcp({ address, family }: Address, port: number): Socket {
  return connectSocket({ host: address, port, family, noDelay: true });
}

/** RFC 8305 §4: one of each family in turn, the order within a family kept. */
export function alternateFamilies(addresses: readonly Address[]): Address[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const longer = Math.max(first.length, second.length);
  return Array.from({ length: longer }, (_, i) => [first[i], second[i]])
    .flat()
    .filter((address) => address !== undefined);
}
