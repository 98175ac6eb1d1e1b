import type { Assessment } from './assess.js';
import type { Demand } from './candidate.js';
import type { Preference } from './preference.js';
import { home } from './preferences/home.js';
import { overload } from './preferences/overload.js';
import { priority } from './preferences/priority.js';
import { score } from './preferences/score.js';
import { specialty } from './preferences/specialty.js';
import { spread } from './preferences/spread.js';

/** Lexicographic: a later step decides only among nodes that all earlier ones found alike. */
const preferences: readonly Preference[] = [overload, home, specialty, spread, priority, score];

/** Preferred first. The id is the last step, so that the order in which nodes are handed in never matters. */
export function inOrder(nodes: readonly Assessment[], demand: Demand): readonly Assessment[] {
  return nodes
    .map((node) => ({ node, ranks: preferences.map((preference) => preference.rank(node, demand)) }))
    .sort((a, b) => compareRanks(a.ranks, b.ranks) || compareIds(a.node.candidate.id, b.node.candidate.id))
    .map(({ node }) => node);
}

/** What decided between the chosen node and the one that came next. */
export function explainChoice(winner: Assessment, next: Assessment, demand: Demand): string {
  const decisive = preferences.find(({ rank }) => rank(winner, demand) !== rank(next, demand));
  return decisive?.explain(winner, next, demand) ?? `alike with ${next.candidate.id}, first by name`;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** By code unit: a locale must not change where commands run. */
function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
