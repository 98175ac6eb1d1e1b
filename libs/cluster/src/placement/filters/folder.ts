import type { Filter } from '../filter.js';

export const folder: Filter = (demand, candidate) => {
  if (candidate.folder !== 'absent') return undefined;
  return {
    filter: 'no-such-folder',
    reason: demand.cwd === undefined ? 'no-such-folder' : `no-such-folder: ${demand.cwd}`,
  };
};
