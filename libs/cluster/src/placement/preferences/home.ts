import type { Assessment } from '../assess.js';
import type { Demand } from '../candidate.js';
import type { Preference } from '../preference.js';

/**
 * Where the local node stands among nodes that are alike in overload: first for light work while it is not
 * overloaded, else last. So an overloaded local node is left by everything, and a local node that is not
 * overloaded still comes before remote ones that are.
 */
export const home: Preference = {
  rank(node, demand) {
    if (demand.spread || !node.candidate.local) return 0;
    return staysHome(node, demand) ? -1 : 1;
  },
  explain(winner, _next, demand) {
    if (winner.candidate.local) return 'light command, local node not overloaded';
    return demand.weight === 'heavy'
      ? 'heavy work leaves the local node'
      : 'work leaves an overloaded local node';
  },
};

/** The local node, for a light command that it need not send away. */
export function staysHome(node: Assessment, demand: Demand): boolean {
  return !demand.spread && node.candidate.local && demand.weight === 'light' && !node.overload.overloaded;
}
