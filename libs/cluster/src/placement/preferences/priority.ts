import type { Preference } from '../preference.js';

/** The lower priority. */
export const priority: Preference = {
  rank: (node) => node.candidate.priority,
  explain: (winner, next) => `priority ${winner.candidate.priority} before ${next.candidate.priority}`,
};
