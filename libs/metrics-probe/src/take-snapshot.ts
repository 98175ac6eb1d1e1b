import type { Collector } from './collectors/collector.js';
import { collectors } from './collectors/list.js';
import { createMachine, type Machine } from './machine/machine.js';
import { sampleOf, type Collected } from './readings.js';
import { snapshotFrom, type RawSample } from './sample.js';
import type { Snapshot } from './snapshot.js';

export interface TakeOptions {
  /** The last sample of this machine; `cpu.percent` is then taken since that one, without waiting. */
  readonly previous?: RawSample;
  /** How far apart to read the CPU counters where there is no `previous`. Default 200; 0 reads them once. */
  readonly cpuWindowMs?: number;
  /** Time limit for anything that may hang: a program, a disk, systeminformation. Default 3000. */
  readonly limitMs?: number;
  /** Where /proc is mounted, on Linux; another place where a container sees its host's. Default `/proc`. */
  readonly procFolder?: string;
}

/**
 * Looks at the machine this process runs on. Linux is read from /proc, about 3 ms; elsewhere
 * `systeminformation` is loaded for what Node itself does not know. All collectors run at once. Never rejects:
 * what fails is in `collectors`.
 */
export async function takeSample(options: TakeOptions = {}): Promise<RawSample> {
  const { previous, cpuWindowMs = previous === undefined ? 200 : 0, limitMs = 3000 } = options;
  const procFolder = options.procFolder ?? '/proc';
  return sampleOfMachine(createMachine({ cpuWindowMs, limitMs, procFolder }));
}

/** `takeSample` and `snapshotFrom` in one: waits 200 ms for `cpu.percent` unless `previous` is given. */
export async function takeSnapshot(options: TakeOptions = {}): Promise<Snapshot> {
  return snapshotFrom(await takeSample(options), options.previous);
}

export async function sampleOfMachine(machine: Machine): Promise<RawSample> {
  return sampleOf(await Promise.all(collectors.map((collector) => collect(collector, machine))));
}

async function collect(collector: Collector, machine: Machine): Promise<Collected> {
  const start = performance.now();
  const outcome = await collector.fromMachine(machine).then(
    (reading) => ({ reading }),
    (error: unknown) => ({ error }),
  );
  const durationMs = Math.round((performance.now() - start) * 100) / 100;
  return { name: collector.name, durationMs, ...outcome };
}
