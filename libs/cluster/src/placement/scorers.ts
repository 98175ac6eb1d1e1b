import type { Candidate } from './candidate.js';
import { loadScore } from './scorers/load.js';
import { memoryScore } from './scorers/memory.js';

/** From 0 (worst) to 100 for one node; undefined where the figure is not known. */
export type Scorer = (candidate: Candidate) => number | undefined;

const scorers: readonly { readonly weight: number; readonly score: Scorer }[] = [
  { weight: 3, score: loadScore },
  { weight: 1, score: memoryScore },
];

/** What a node gets for a figure that is not known: below an idle node, above a busy one. */
const NEUTRAL = 50;

/** The weighted mean of all scorers, with one decimal, so that what is shown is what was compared. */
export function scoreOf(candidate: Candidate): number {
  let sum = 0;
  let weights = 0;
  for (const { weight, score } of scorers) {
    sum += weight * (score(candidate) ?? NEUTRAL);
    weights += weight;
  }
  return Math.round((sum / weights) * 10) / 10;
}
