import type { Filter } from '../filter.js';

export const arch: Filter = (demand, candidate) => {
  const wanted = demand.requirements.arch;
  if (wanted === undefined || wanted === candidate.arch) return undefined;
  if (candidate.arch === undefined)
    return { filter: 'arch', reason: `arch: wants ${wanted}, not known`, unknown: true };
  return { filter: 'arch', reason: `arch: wants ${wanted}, is ${candidate.arch}` };
};
