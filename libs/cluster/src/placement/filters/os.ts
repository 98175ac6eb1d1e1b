import type { Filter } from '../filter.js';

export const os: Filter = (demand, candidate) => {
  const wanted = demand.requirements.os;
  if (wanted === undefined || wanted === candidate.os) return undefined;
  if (candidate.os === undefined)
    return { filter: 'os', reason: `os: wants ${wanted}, not known`, unknown: true };
  return { filter: 'os', reason: `os: wants ${wanted}, is ${candidate.os}` };
};
