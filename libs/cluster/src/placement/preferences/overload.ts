import type { Preference } from '../preference.js';

/** Not overloaded before overloaded. */
export const overload: Preference = {
  rank: (node) => (node.overload.overloaded ? 1 : 0),
  explain: (_winner, next) => `${next.candidate.id} is overloaded (${next.overload.why})`,
};
