import type { Filter } from '../filter.js';

/** All must be there; case does not matter. */
export const capabilities: Filter = (demand, candidate) => {
  const wanted = demand.requirements.capabilities ?? [];
  if (wanted.length === 0) return undefined;
  const present = new Set(candidate.capabilities.map((capability) => capability.toLowerCase()));
  const absent = wanted.filter((capability) => !present.has(capability.toLowerCase()));
  if (absent.length === 0) return undefined;
  return { filter: 'capabilities', reason: `capabilities: has no ${absent.join(', ')}` };
};
