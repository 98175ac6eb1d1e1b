import { codeOf, TransportError } from '../errors.js';

export interface BreakerOptions {
  /** Failures in a row after which a server counts as dead. */
  attempts: number;
  /** A dead server is left alone for at most this long at a time. */
  longestRestMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  random(): number;
}

/** Keeps callers from waiting for a server that was found dead a moment ago. */
export interface Breaker {
  /**
   * Asks the server, unless it rests: then it throws at once what it was found dead of. After a rest one caller asks;
   * those who come meanwhile share what it finds out.
   */
  attempt<Value>(ask: () => Promise<Value>): Promise<Value>;
  /** The last that was heard of it is that it is dead. */
  readonly dead: boolean;
}

/** What may be different a moment later. */
const passing = new Set([
  'connection-refused',
  'connection-timed-out',
  'connect-failed',
  'handshake-failed',
  'network-unreachable',
]);
/** A server that refuses a user, shows another key or has no time lives. */
const alive = new Set([
  'server-busy',
  'authentication-failed',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
]);

/** May the same be tried again at once? Never a refused key or user. */
export function isPassing(error: unknown): boolean {
  return passing.has(codeOf(error) ?? '');
}

/** A failure that comes sooner costs nobody anything. */
const unnoticedMs = 250;
/** The rest doubles this often at most. */
const doublings = 4;

/**
 * A rest is as long as the attempt that failed, doubled with each further one. So what refuses at once is asked each
 * time, and found as soon as it is back; what says nothing until a limit is asked seldom.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  let failures = 0;
  let rests = 0;
  let rest: { error: TransportError; until: number } | undefined;
  let probe: Promise<void> | undefined;

  function close(): void {
    failures = 0;
    rests = 0;
    rest = undefined;
  }

  function failed(error: unknown, costMs: number): void {
    if (!(error instanceof TransportError)) return;
    if (alive.has(error.code)) return close();
    const passes = isPassing(error);
    if (!passes && error.code !== 'host-not-found') return;
    failures += 1;
    if (passes && failures < options.attempts && rest === undefined) return;
    const fullMs = costMs < unnoticedMs ? 0 : costMs * 2 ** Math.min(rests, doublings);
    rests += 1;
    // Jitter, so that many clients that lost a server together do not come back together.
    rest = {
      error,
      until: options.now() + Math.min(fullMs, options.longestRestMs) * (0.5 + options.random() / 2),
    };
  }

  async function judged<Value>(ask: () => Promise<Value>): Promise<Value> {
    const since = options.now();
    const before = rest;
    try {
      const value = await ask();
      close();
      return value;
    } catch (error) {
      // Of several that asked side by side, the first to fail has said it all.
      if (rest === before) failed(error, options.now() - since);
      throw error;
    }
  }

  return {
    async attempt(ask) {
      if (probe !== undefined) {
        await probe;
        if (rest !== undefined) throw stillDead(rest.error, rest.until - options.now());
      }
      if (rest === undefined) return judged(ask);
      const leftMs = rest.until - options.now();
      if (leftMs > 0) throw stillDead(rest.error, leftMs);
      const asking = judged(ask);
      const over = () => {
        probe = undefined;
      };
      probe = asking.then(over, over);
      return asking;
    },
    get dead() {
      return rest !== undefined;
    },
  };
}

function stillDead(found: TransportError, retryAfterMs: number): TransportError {
  if (retryAfterMs <= 0) return found;
  const seconds = Math.max(retryAfterMs / 1_000, 0.1).toFixed(1);
  return new TransportError(found.code, `${found.message} It is tried again in ${seconds} s.`, {
    hint: found.hint,
    cause: found,
    retryAfterMs,
  });
}
