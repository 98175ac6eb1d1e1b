import type { Collector } from './collector.js';
import { cpu } from './cpu.js';
import { disks } from './disks.js';
import { gpus } from './gpus.js';
import { host } from './host.js';
import { load } from './load.js';
import { memory } from './memory.js';
import { swap } from './swap.js';
import { uptime } from './uptime.js';

/** Every collector there is. A new one is a file and a line here. */
export const collectors: readonly Collector[] = [host, uptime, cpu, load, memory, swap, disks, gpus];
