import type { Filter } from '../filter.js';

/** A demand that names a node, or asks for the local one, takes no other. */
export const askedFor: Filter = (demand, candidate) => {
  if (demand.node !== undefined && candidate.id !== demand.node) {
    return { filter: 'not-asked-for', reason: `not-asked-for: wants ${demand.node}` };
  }
  if (demand.localOnly && !candidate.local) {
    return { filter: 'not-asked-for', reason: 'not-asked-for: wants the local node' };
  }
  return undefined;
};
