import type { Candidate, Demand } from './candidate.js';

export type FilterName =
  'not-asked-for' | 'os' | 'arch' | 'capabilities' | 'cordoned' | 'unreachable' | 'no-such-folder' | 'lacks';

export interface Rejection {
  readonly filter: FilterName;
  /** Begins with a stable word, mostly the filter's name. */
  readonly reason: string;
  /** The node may well fit: what the filter looks at is not known of it. */
  readonly unknown?: true;
}

/** Says why a node, taken by itself, cannot take the demand; undefined where it can. */
export type Filter = (demand: Demand, candidate: Candidate) => Rejection | undefined;
