import type { Preference } from '../preference.js';

/** A specialty that names the kind of work before none. */
export const specialty: Preference = {
  rank: (node) => (node.specialised ? 0 : 1),
  explain: (_winner, _next, demand) => `specialty ${demand.kind}`,
};
