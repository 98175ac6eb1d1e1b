import type { Filter } from '../filter.js';

/** No new work, not even for a demand that names the node. */
export const cordoned: Filter = (_demand, candidate) =>
  candidate.cordoned ? { filter: 'cordoned', reason: 'cordoned' } : undefined;
