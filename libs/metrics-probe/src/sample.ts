import type { CollectorReport, Snapshot } from './snapshot.js';

/** Everything in a snapshot but its version and the collectors' reports. */
export type Figures = Omit<Snapshot, 'version' | 'collectors'>;

/** Time that all CPUs together have spent since the node started, in a unit of the node's own. */
export interface CpuCounters {
  readonly busy: number;
  readonly total: number;
}

/**
 * One look at a node, before differences are taken. Keep it and hand it to `snapshotFrom` with the next one.
 * It was taken when the node had been up for `figures.uptime_seconds`.
 */
export interface RawSample {
  /** `figures.cpu.percent` is there only where the node measured it itself, as macOS does. */
  readonly figures: Figures;
  /** Readings of the CPU counters in the order taken: none, one, or two where the node was asked twice. */
  readonly cpuCounters: readonly CpuCounters[];
  readonly collectors: Readonly<Record<string, CollectorReport>>;
}

/** With fewer ticks (of 10 ms, on Linux) between two readings, one tick more or less is most of the answer. */
const leastTicks = 5;

/**
 * Makes a snapshot. `cpu.percent` is, in this order: the difference between the last readings of `previous` and
 * of `sample`; that between the two readings within `sample`; what the node measured itself; else absent.
 * A `previous` of another node, or from before a restart, or only moments old, is not used.
 */
export function snapshotFrom(sample: RawSample, previous?: RawSample): Snapshot {
  const percent = cpuPercent(sample, previous);
  const { cpu, load, memory, swap, disks, gpus, ...host } = sample.figures;
  const collectors: Record<string, CollectorReport> = {};
  for (const [name, report] of Object.entries(sample.collectors)) collectors[name] = { ...report };
  if (percent === undefined && collectors['cpu']?.ok === true) {
    collectors['cpu'] = {
      ...collectors['cpu'],
      ok: false,
      error:
        'cpu.percent needs two readings of the counters some time apart: hand in the previous sample, or take the first one with the script for a first look',
    };
  }
  return {
    version: 1,
    ...host,
    cpu: { ...cpu, ...(percent === undefined ? {} : { percent }) },
    load,
    memory,
    swap,
    disks,
    gpus,
    collectors,
  };
}

function cpuPercent(sample: RawSample, previous: RawSample | undefined): number | undefined {
  const last = sample.cpuCounters.at(-1);
  const before = previous?.cpuCounters.at(-1);
  if (previous !== undefined && isEarlierLook(previous, sample)) {
    const sincePrevious = busyBetween(before, last);
    if (sincePrevious !== undefined) return sincePrevious;
  }
  const first = sample.cpuCounters.length > 1 ? sample.cpuCounters[0] : undefined;
  return busyBetween(first, last) ?? sample.figures.cpu.percent;
}

function isEarlierLook(previous: RawSample, sample: RawSample): boolean {
  if (previous.figures.hostname !== sample.figures.hostname) return false;
  const before = previous.figures.uptime_seconds;
  const now = sample.figures.uptime_seconds;
  return before === undefined || now === undefined || before <= now;
}

function busyBetween(first: CpuCounters | undefined, last: CpuCounters | undefined): number | undefined {
  if (first === undefined || last === undefined) return undefined;
  const total = last.total - first.total;
  const busy = last.busy - first.busy;
  if (total < leastTicks || busy < 0) return undefined;
  return percentOf(busy, total);
}

/** `part` of `whole` in percent with one decimal, kept within 0 and 100. */
export function percentOf(part: number, whole: number): number {
  const percent = Math.round((part / whole) * 1000) / 10;
  return Math.min(100, Math.max(0, percent));
}
