import * as z from 'zod';
import { excerpt, ProbeError } from './probe-error.js';

const bytes = z.number().nonnegative();
const percent = z.number().min(0).max(100);

const disk = z.object({ mount: z.string(), total_bytes: bytes, available_bytes: bytes, percent });

const gpu = z.object({
  name: z.string(),
  vendor: z.exactOptional(z.string()),
  memory_total_bytes: z.exactOptional(bytes),
  memory_used_bytes: z.exactOptional(bytes),
  percent: z.exactOptional(percent),
});

const collectorReport = z.object({
  ok: z.boolean(),
  duration_ms: z.exactOptional(z.number().nonnegative()),
  error: z.exactOptional(z.string()),
});

/** Version 1 of the snapshot. Keys it does not know are dropped, so a newer probe may add some. */
export const snapshotSchema = z.object({
  version: z.literal(1),
  hostname: z.exactOptional(z.string()),
  os: z.exactOptional(z.enum(['linux', 'macos'])),
  arch: z.exactOptional(z.enum(['x86_64', 'arm64'])),
  kernel: z.exactOptional(z.string()),
  uptime_seconds: z.exactOptional(z.number().nonnegative()),
  cpu: z.object({ count: z.exactOptional(z.int().positive()), percent: z.exactOptional(percent) }),
  load: z.object({
    '1m': z.exactOptional(z.number().nonnegative()),
    '5m': z.exactOptional(z.number().nonnegative()),
    '15m': z.exactOptional(z.number().nonnegative()),
  }),
  memory: z.object({
    total_bytes: z.exactOptional(bytes),
    available_bytes: z.exactOptional(bytes),
    percent: z.exactOptional(percent),
  }),
  swap: z.object({
    total_bytes: z.exactOptional(bytes),
    used_bytes: z.exactOptional(bytes),
    percent: z.exactOptional(percent),
  }),
  disks: z.array(disk),
  gpus: z.array(gpu),
  collectors: z.record(z.string(), collectorReport),
});

/**
 * What a node looks like now. Sizes are bytes, percentages 0 to 100 with one decimal. A figure that could not
 * be had is absent, and its collector says why.
 *
 * - `cpu.percent`: the part of all CPUs together that was not idle (waiting for a disk counts as idle)
 * - `load`: load averages as the kernel gives them, not divided by the number of CPUs
 * - `memory.percent` = (total - available) / total; `disks[].percent` likewise
 * - `swap.percent` = used / total, absent where there is no swap
 */
export type Snapshot = z.infer<typeof snapshotSchema>;
export type Disk = Snapshot['disks'][number];
export type Gpu = Snapshot['gpus'][number];
export type CollectorReport = Snapshot['collectors'][string];

/**
 * Reads a line printed by `cluster-probe`.
 *
 * @throws ProbeError `snapshot-invalid`, whose message names what does not fit
 */
export function parseSnapshot(text: string): Snapshot {
  const start = excerpt(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProbeError(
      'snapshot-invalid',
      start === ''
        ? 'The probe printed nothing; run `cluster-probe` on the node by hand to see why.'
        : `The probe's output is not one line of JSON; it begins "${start}". Check that it comes from \`cluster-probe\` alone.`,
      { cause },
    );
  }
  const parsed = snapshotSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProbeError('snapshot-invalid', describeMisfit(value, parsed.error), { cause: parsed.error });
}

function describeMisfit(value: unknown, error: z.ZodError): string {
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== undefined && version !== 1) {
    return `The probe speaks version ${JSON.stringify(version)} of the snapshot and this reader version 1; install the same release of cluster-probe on both sides.`;
  }
  const faults = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  return `The JSON is no snapshot of cluster-probe (${faults.join('; ')}). Check what printed it.`;
}
