import type { Assessment } from './assess.js';
import type { Demand } from './candidate.js';

/** One step of the order of preference. Nodes that are alike in it go on to the next. */
export interface Preference {
  /** The lower comes first. */
  readonly rank: (node: Assessment, demand: Demand) => number;
  /** In a few words, why `winner` came before `next`, which this step told apart. */
  readonly explain: (winner: Assessment, next: Assessment, demand: Demand) => string;
}
