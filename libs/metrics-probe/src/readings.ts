import type { Reading } from './collectors/collector.js';
import type { CpuCounters, Figures, RawSample } from './sample.js';
import type { CollectorReport } from './snapshot.js';

/** What became of one collector: what it read, or what it threw. */
export type Collected = { readonly name: string; readonly durationMs?: number } & (
  { readonly reading: Reading } | { readonly error: unknown }
);

/** Puts the collectors' readings together. A collector that threw leaves its figures absent and says why. */
export function sampleOf(collected: readonly Collected[]): RawSample {
  let figures: Figures = { cpu: {}, load: {}, memory: {}, swap: {}, disks: [], gpus: [] };
  let cpuCounters: readonly CpuCounters[] = [];
  const collectors: Record<string, CollectorReport> = {};
  for (const one of collected) {
    if ('reading' in one) {
      figures = { ...figures, ...one.reading.figures };
      cpuCounters = one.reading.cpuCounters ?? cpuCounters;
    }
    collectors[one.name] = reportOf(one);
  }
  return { figures, cpuCounters, collectors };
}

function reportOf(one: Collected): CollectorReport {
  const error = 'reading' in one ? one.reading.missing : messageOf(one.error);
  return {
    ok: error === undefined,
    ...(one.durationMs === undefined ? {} : { duration_ms: one.durationMs }),
    ...(error === undefined ? {} : { error }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
