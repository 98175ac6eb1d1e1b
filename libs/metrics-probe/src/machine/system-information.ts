import { fsSize, graphics, mem } from 'systeminformation';
import { percentOf } from '../sample.js';
import type { Disk, Gpu } from '../snapshot.js';
import type { SystemMemory } from './system-memory.js';

/** Memory and swap in bytes, counted as Activity Monitor does on macOS. */
export async function readMemory(): Promise<SystemMemory> {
  const { total, available, swaptotal, swapused } = await mem();
  return { total, available, swaptotal, swapused };
}

/** File systems of a system that is neither Linux nor macOS. */
export async function readFileSystems(): Promise<Disk[]> {
  const found = await fsSize();
  return found
    .filter(({ size, available }) => size > 0 && available >= 0)
    .map(({ mount, size, available }) => ({
      mount,
      total_bytes: size,
      available_bytes: available,
      percent: percentOf(size - available, size),
    }));
}

/** Graphics cards of a system that is neither Linux nor macOS. */
export async function readGraphics(): Promise<Gpu[]> {
  const { controllers } = await graphics();
  return controllers.map(({ model, vendor, vram, memoryUsed, utilizationGpu }) => ({
    name: model,
    ...(vendor === '' ? {} : { vendor }),
    ...(vram === null || vram <= 0 ? {} : { memory_total_bytes: vram * 2 ** 20 }),
    ...(memoryUsed === undefined ? {} : { memory_used_bytes: memoryUsed * 2 ** 20 }),
    ...(utilizationGpu === undefined ? {} : { percent: utilizationGpu }),
  }));
}
