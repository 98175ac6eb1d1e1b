import type { Assessment } from '../assess.js';
import type { Preference } from '../preference.js';

/** For one command of several: the smallest part of its slots taken. */
export const spread: Preference = {
  rank: (node, demand) => (demand.spread ? partTaken(node) : 0),
  explain: ({ candidate }) =>
    `smallest part of its slots taken (${candidate.slots.taken} of ${candidate.slots.total})`,
};

/** A node without slots takes only quick commands; it is as full as can be. */
function partTaken({ candidate: { slots } }: Assessment): number {
  return slots.total > 0 ? slots.taken / slots.total : Number.MAX_VALUE;
}
