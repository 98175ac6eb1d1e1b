import type { Candidate } from '../candidate.js';

/** The part of memory that is free. */
export function memoryScore(candidate: Candidate): number | undefined {
  const used = candidate.load?.memoryPercent;
  return used === undefined ? undefined : 100 - Math.min(100, Math.max(0, used));
}
