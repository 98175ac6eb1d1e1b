import type { Snapshot } from '../snapshot.js';

/** Three load averages at the beginning of a text: `0.08 0.06 0.05 1/90 5578`, or macOS's `{ 1.86 2.10 2.23 }`. */
export function parseLoadAverages(text: string): Snapshot['load'] | undefined {
  const match = /^\s*\{?\s*(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)(?=\s)/.exec(text);
  if (match === null) return undefined;
  return { '1m': Number(match[1]), '5m': Number(match[2]), '15m': Number(match[3]) };
}
