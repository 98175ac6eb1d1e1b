import {
  parseShellSample,
  shellFirstSnapshotScript,
  shellSnapshotScript,
  snapshotFrom,
  takeSample,
  type RawSample,
  type Snapshot,
} from '@cluster-execution/metrics-probe';
import type { Executor, NodeFacts } from '../execution/executor.js';

/** What is known of one node, and when it was seen. Times are milliseconds of a monotonic clock. */
export interface Observation {
  takenAt: number;
  reachable: boolean;
  error?: { code: string; message: string; hint?: string };
  facts?: NodeFacts;
  snapshot?: Snapshot;
}

/** Looks at one node, through its executor; remembers what it saw. Never rejects: not to be reached is a finding. */
export interface Observer {
  /**
   * What was seen at most `maxAgeMs` ago, else a new look. Looks under way are shared. With `patienceMs`, what was
   * seen last will do where a new look takes longer than that.
   */
  observe(maxAgeMs: number, patienceMs?: number): Promise<Observation>;
  readonly last: Observation | undefined;
  /** It turned out unreachable when a command was sent to it. */
  note(error: { code: string; message: string; hint?: string }): void;
}

export interface ObserverOptions {
  executor: Executor;
  local: boolean;
  timeoutMs: number;
  now: () => number;
}

/** A node that does not answer is asked again after this long, then twice that, up to the limit. */
const firstRetryMs = 2_000;
const lastRetryMs = 30_000;
/** Two readings of this machine's processor are this far apart on the first look: a person waits for it. */
const localWindowMs = 100;
/** Two readings closer than this give no true difference. */
const minimumSpanMs = 250;

export function createObserver(options: ObserverOptions): Observer {
  const { now } = options;
  let last: Observation | undefined;
  let looking: Promise<Observation> | undefined;
  let previous: { sample: RawSample; at: number } | undefined;
  let failures = 0;

  async function look(): Promise<Observation> {
    const startedAt = now();
    try {
      const facts = await options.executor.facts();
      const sample = options.local
        ? await takeSample(
            previous === undefined ? { cpuWindowMs: localWindowMs } : { previous: previous.sample },
          )
        : await remoteSample();
      const snapshot = snapshotFrom(sample, previous?.sample);
      if (previous === undefined || startedAt - previous.at >= minimumSpanMs)
        previous = { sample, at: startedAt };
      failures = 0;
      return { takenAt: now(), reachable: true, facts, snapshot };
    } catch (error) {
      failures += 1;
      return { takenAt: now(), reachable: false, error: describe(error) };
    }
  }

  async function remoteSample(): Promise<RawSample> {
    const chunks: Buffer[] = [];
    const { exit } = await options.executor.execute({
      plain: true,
      command: previous === undefined ? shellFirstSnapshotScript : shellSnapshotScript,
      cwd: '/',
      signal: AbortSignal.timeout(options.timeoutMs),
      timeoutMs: options.timeoutMs,
      onOutput: (stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)),
    });
    if (exit.kind === 'exited' || exit.kind === 'signaled')
      return parseShellSample(Buffer.concat(chunks).toString('utf8'));
    throw Object.assign(
      new Error(`The node was asked for its load, and did not answer in ${options.timeoutMs / 1000} s.`),
      {
        code: 'status-timed-out',
      },
    );
  }

  /** A look that comes too late for its caller still counts for the next. */
  function lookAgain(): Promise<Observation> {
    looking ??= look().then((observation) => {
      last = observation;
      looking = undefined;
      return observation;
    });
    return within(looking, options.timeoutMs, () => ({
      takenAt: now(),
      reachable: false,
      error: noAnswer(options.timeoutMs),
    }));
  }

  return {
    observe(maxAgeMs, patienceMs) {
      const seen = last;
      if (seen !== undefined && now() - seen.takenAt < tolerance(seen, maxAgeMs, failures))
        return Promise.resolve(seen);
      const fresh = lookAgain();
      return seen === undefined || patienceMs === undefined ? fresh : within(fresh, patienceMs, () => seen);
    },
    get last() {
      return last;
    },
    note(error) {
      failures += 1;
      last = { takenAt: now(), reachable: false, error };
    },
  };
}

/** How old a finding may be. A node that did not answer is left alone for longer each time. */
function tolerance(seen: Observation, maxAgeMs: number, failures: number): number {
  if (seen.reachable) return maxAgeMs;
  return Math.min(maxAgeMs, firstRetryMs * 2 ** Math.min(failures - 1, 8), lastRetryMs);
}

function noAnswer(timeoutMs: number) {
  return { code: 'status-timed-out', message: `No answer within ${timeoutMs / 1000} s.` };
}

/** What `work` gives, or `otherwise` where that takes longer: one silent node must not hold up the others' answer. */
async function within<T>(work: Promise<T>, limitMs: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function describe(error: unknown): { code: string; message: string; hint?: string } {
  const message = error instanceof Error ? error.message : String(error);
  const fields =
    typeof error === 'object' && error !== null ? (error as { code?: unknown; hint?: unknown }) : {};
  return {
    code: typeof fields.code === 'string' ? fields.code : 'unknown',
    message,
    ...(typeof fields.hint === 'string' ? { hint: fields.hint } : {}),
  };
}
