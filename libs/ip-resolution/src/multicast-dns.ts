import { networkInterfaces } from 'node:os';
import type { Address } from './address.js';
import { MulticastDnsError } from './multicast-dns-error.js';
import { type MulticastLeg, type MulticastPath, multicastPaths, openLeg } from './multicast-leg.js';
import { encodeQuery, readAnswer } from './multicast-message.js';

export interface MulticastDnsOptions {
  /** IP versions to ask over; A and AAAA are asked for over each. Default: both. */
  families?: readonly (4 | 6)[] | undefined;
  /** How long to wait for a first answer. Default: 2,000. */
  timeoutMs?: number | undefined;
  /** Names of the interfaces to ask on. Default: all but loopback and container bridges. */
  interfaces?: readonly string[] | undefined;
  /** Default: 5353. */
  port?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A lost packet is likely on wireless networks; the second question comes after RFC 6762 §5.2's one second. */
const repeatAfterMs = 1_000;
/** After a first answer, how long other interfaces and the other IP version have to add theirs. */
const settleMs = 50;

/**
 * Asks the local network for the addresses of `name` (`builder-1.local`): a one-shot query as in RFC 6762 §5.1, from
 * a port of its own. Answers come in the order in which they arrived, without repeats and unchecked: see `checkAddress`.
 *
 * Resolves to an empty list where nobody answered in time. Rejects with a `MulticastDnsError` where nothing could
 * be asked (`multicast-unavailable`) or `name` is no host name (`invalid-name`), and with the signal's reason when aborted.
 */
export async function queryMulticastDns(name: string, options: MulticastDnsOptions = {}): Promise<Address[]> {
  const { families = [4, 6], timeoutMs = 2_000, port = 5353, signal } = options;
  signal?.throwIfAborted();
  const query = encodeQuery(name);
  const paths = multicastPaths(networkInterfaces(), { families, names: options.interfaces });
  const answers = collectAnswers(paths);
  const { legs, failures } = await openLegs(paths, port, (path, bytes) => {
    answers.add(path, readAnswer(query, bytes));
  });
  try {
    failures.push(...(await sendOnAll(legs, query.bytes)));
    if (failures.length >= paths.length) throw unavailable(name, paths, failures);
    const limit = AbortSignal.timeout(timeoutMs);
    const over = AbortSignal.any([answers.complete, limit, ...(signal === undefined ? [] : [signal])]);
    await abortedOrPassed(over, repeatAfterMs);
    if (!over.aborted) {
      await sendOnAll(legs, query.bytes);
      await abortedOrPassed(over, timeoutMs);
    }
    signal?.throwIfAborted();
    return answers.found();
  } finally {
    answers.close();
    for (const leg of legs) leg.close();
  }
}

/** Gathers addresses; `complete` aborts when every path has answered with both kinds, or soon after the first answer. */
function collectAnswers(paths: readonly MulticastPath[]) {
  const complete = new AbortController();
  const found = new Map<string, Address>();
  const missing = new Set(paths.flatMap((path) => [answerKey(path, 4), answerKey(path, 6)]));
  let settling: NodeJS.Timeout | undefined;
  return {
    complete: complete.signal,
    found: () => [...found.values()],
    close: () => clearTimeout(settling),
    add(path: MulticastPath, addresses: readonly Address[]) {
      for (const address of addresses) {
        if (!found.has(address.address)) found.set(address.address, address);
        missing.delete(answerKey(path, address.family));
      }
      if (missing.size === 0) complete.abort();
      else if (found.size > 0) settling ??= setTimeout(() => complete.abort(), settleMs);
    },
  };
}

function answerKey(path: MulticastPath, recordFamily: 4 | 6): string {
  return `${path.interface} ${path.family} ${recordFamily}`;
}

async function openLegs(
  paths: readonly MulticastPath[],
  port: number,
  onAnswer: (path: MulticastPath, bytes: Buffer) => void,
): Promise<{ legs: MulticastLeg[]; failures: unknown[] }> {
  const opened = await Promise.allSettled(
    paths.map((path) => openLeg(path, port, (bytes) => onAnswer(path, bytes))),
  );
  return {
    legs: opened.flatMap((leg) => (leg.status === 'fulfilled' ? [leg.value] : [])),
    failures: opened.flatMap((leg) => (leg.status === 'rejected' ? [leg.reason] : [])),
  };
}

/** Answers what went wrong: one path that is down is no reason not to ask on the others. */
async function sendOnAll(legs: readonly MulticastLeg[], bytes: Buffer): Promise<unknown[]> {
  const sent = await Promise.allSettled(legs.map((leg) => leg.send(bytes)));
  return sent.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

function unavailable(name: string, paths: readonly MulticastPath[], failures: readonly unknown[]) {
  const where =
    paths.length === 0
      ? 'no network interface to ask on'
      : `none of the interfaces ${[...new Set(paths.map((path) => path.interface))].join(', ')} can send multicast`;
  return new MulticastDnsError(
    'multicast-unavailable',
    `Cannot ask multicast DNS for "${name}": ${where}. Connect this machine to the network that the host is on, or use the host's address.`,
    { cause: new AggregateError(failures, where) },
  );
}

/** Resolves when `signal` aborts, or after `ms`. */
function abortedOrPassed(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
