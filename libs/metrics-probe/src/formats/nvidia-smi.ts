import type { Gpu } from '../snapshot.js';

/** What to ask nvidia-smi for; `parseNvidiaSmi` reads the answer. */
export const nvidiaSmiArguments: readonly string[] = [
  '--query-gpu=name,memory.total,memory.used,utilization.gpu',
  '--format=csv,noheader,nounits',
];

/** One line a card: name, MiB, MiB, percent. A figure that a card does not have reads `[N/A]` or the like. */
export function parseNvidiaSmi(text: string): Gpu[] {
  const gpus: Gpu[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(',').map((field) => field.trim());
    if (fields.length < 4) continue;
    const [total, used, percent] = fields.slice(-3).map((field) => {
      return /^\d+(\.\d+)?$/.test(field) ? Number(field) : undefined;
    });
    gpus.push({
      name: fields.slice(0, -3).join(', '),
      vendor: 'NVIDIA',
      ...(total === undefined ? {} : { memory_total_bytes: total * 2 ** 20 }),
      ...(used === undefined ? {} : { memory_used_bytes: used * 2 ** 20 }),
      ...(percent === undefined || percent > 100 ? {} : { percent }),
    });
  }
  return gpus;
}
