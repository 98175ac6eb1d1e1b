import { arch, availableParallelism, platform } from 'node:os';
import type { Benchmark } from './benchmark.js';
import type { Row } from './row.js';
import type { Stand } from './stand.js';

/** What `--json` prints. */
export interface Report {
  taken_at: string;
  node: string;
  machine: { os: string; arch: string; cores: number };
  quick: boolean;
  benchmarks: { name: string; seconds: number; rows: Row[]; error?: string }[];
}

/** Runs them one after another. One that cannot run is told, and the others run nevertheless. */
export async function report(
  benchmarks: readonly Benchmark[],
  stand: Stand,
  onBegin: (name: string) => void,
): Promise<Report> {
  const done: Report['benchmarks'] = [];
  for (const benchmark of benchmarks) {
    const { name } = benchmark;
    onBegin(name);
    const startedAt = performance.now();
    const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
    try {
      const rows = await benchmark.run(stand);
      done.push({ name, seconds: seconds(), rows });
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      done.push({ name, seconds: seconds(), rows: [], error: message });
    }
  }
  return {
    taken_at: new Date().toISOString(),
    node: process.version,
    machine: { os: platform(), arch: arch(), cores: availableParallelism() },
    quick: stand.quick,
    benchmarks: done,
  };
}
