import type { Benchmark } from './benchmark.js';
import { fanOut } from './benchmarks/fan-out.js';
import { latency } from './benchmarks/latency.js';
import { memory } from './benchmarks/memory.js';
import { policy } from './benchmarks/policy.js';
import { start } from './benchmarks/start.js';
import { status } from './benchmarks/status.js';
import { throughput } from './benchmarks/throughput.js';

/** All there are, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [start, policy, memory, latency, throughput, fanOut, status];
