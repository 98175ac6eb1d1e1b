import { snapshotFrom, takeSample, type RawSample } from '@cluster-execution/metrics-probe';
import { setTimeout as sleep } from 'node:timers/promises';

/** Writes one snapshot as a line. */
export type WriteLine = (line: string) => Promise<void>;

/**
 * Prints a snapshot at once and then one every `seconds`, on a beat that a slow snapshot does not shift. CPU
 * load is taken since the line before. Returns when `signal` is aborted.
 */
export async function watch(seconds: number, writeLine: WriteLine, signal: AbortSignal): Promise<void> {
  const periodMs = seconds * 1000;
  const start = performance.now();
  let previous: RawSample | undefined;
  while (!signal.aborted) {
    const sample = await takeSample(previous === undefined ? {} : { previous });
    if (signal.aborted) return;
    await writeLine(JSON.stringify(snapshotFrom(sample, previous)));
    previous = sample;
    const elapsedMs = performance.now() - start;
    await pause(periodMs - (elapsedMs % periodMs), signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
