import type { Benchmark } from './benchmark.js';
import { cold } from './benchmarks/cold.js';
import { distance } from './benchmarks/distance.js';
import { endurance } from './benchmarks/endurance.js';
import { fanOut } from './benchmarks/fan-out.js';
import { latency } from './benchmarks/latency.js';
import { memory } from './benchmarks/memory.js';
import { output } from './benchmarks/output.js';
import { policy } from './benchmarks/policy.js';
import { start } from './benchmarks/start.js';
import { status } from './benchmarks/status.js';
import { throughput } from './benchmarks/throughput.js';

/** All there are, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  start,
  policy,
  memory,
  latency,
  throughput,
  distance,
  output,
  status,
  fanOut,
  cold,
  endurance,
];
