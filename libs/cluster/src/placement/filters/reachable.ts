import type { Filter } from '../filter.js';

/** Only a node that was tried and did not answer is out; one that was not asked may well be there. */
export const reachable: Filter = (_demand, candidate) => {
  if (candidate.reachable !== false) return undefined;
  const why = candidate.unreachableReason;
  return { filter: 'unreachable', reason: why ? `unreachable: ${why}` : 'unreachable' };
};
