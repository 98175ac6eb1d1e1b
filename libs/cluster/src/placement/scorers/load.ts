import type { Candidate } from '../candidate.js';

/**
 * 100 for an idle node, 50 at one runnable task per core, and so on down. Tasks just placed count as one each: a
 * one-minute average shows them too late, and a burst of commands would all go to one node.
 */
export function loadScore(candidate: Candidate): number {
  const { load, slots } = candidate;
  const placed = candidate.justPlaced ?? slots.taken;
  // Slots are the number of cores unless the inventory says otherwise.
  const cores = Math.max(1, load?.cpuCount ?? slots.total);
  // With no figure the node counts as holding one task per core: neither idle nor busy.
  const running = load?.load1m ?? cores;
  return 100 / (1 + (running + placed) / cores);
}
