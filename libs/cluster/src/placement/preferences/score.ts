import type { Preference } from '../preference.js';

/** The higher score, see `scorers.ts`. */
export const score: Preference = {
  rank: (node) => -node.score,
  explain: (winner, next) => `less loaded (score ${winner.score} before ${next.score})`,
};
