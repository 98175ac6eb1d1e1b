import type { Candidate, Demand } from './candidate.js';
import type { Rejection } from './filter.js';

/**
 * The one filter that compares nodes: lacking a program is a reason against a node only while another
 * that fits has all of them. Where none has, the command runs where it would have, and says 127 itself.
 *
 * @param fitting the nodes that passed every other filter
 */
export function withoutPrograms(
  demand: Demand,
  fitting: readonly Candidate[],
): ReadonlyMap<string, Rejection> {
  const rejected = new Map<string, Rejection>();
  if (demand.node !== undefined || demand.localOnly) return rejected;
  if (fitting.every(lacksSome)) return rejected;
  for (const candidate of fitting) {
    if (lacksSome(candidate)) rejected.set(candidate.id, { filter: 'lacks', reason: lacks(candidate) });
  }
  return rejected;
}

/** `lacks make, gcc` */
export function lacks(candidate: Candidate): string {
  return `lacks ${(candidate.missingPrograms ?? []).join(', ')}`;
}

export function lacksSome(candidate: Candidate): boolean {
  return (candidate.missingPrograms ?? []).length > 0;
}
