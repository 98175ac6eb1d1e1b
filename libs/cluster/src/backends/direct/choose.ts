import type { Candidate, Demand, Thresholds } from '../../placement/candidate.js';
import { place } from '../../placement/place.js';
import type { Placement } from '../../placement/placement.js';

/** How many tasks each node has, at the moment of the question. */
export type Taken = () => ReadonlyMap<string, number>;

/** Chooses with the slots as they are taken now. What is reserved at once after it, no other task can have seen free. */
export function choose(
  demand: Demand,
  candidates: readonly Candidate[],
  thresholds: Thresholds,
  taken: Taken,
): Placement {
  const counts = taken();
  const counted = candidates.map((candidate) => ({
    ...candidate,
    slots: { ...candidate.slots, taken: counts.get(candidate.id) ?? 0 },
  }));
  return place(demand, counted, thresholds);
}
