import { assess, isFeasible, verdictOf, type Assessment } from './assess.js';
import type { Candidate, Demand, Thresholds } from './candidate.js';
import type { Placement } from './placement.js';
import { explainChoice, inOrder } from './preferences.js';
import { staysHome } from './preferences/home.js';
import { refuse } from './refuse.js';

/**
 * Chooses the node for a demand: filter, put in order of preference, take the first that has a free slot.
 * Pure: the same candidates give the same answer in whatever order they come.
 */
export function place(demand: Demand, candidates: readonly Candidate[], thresholds: Thresholds): Placement {
  const assessments = assess(demand, candidates, thresholds);
  const nodes = Object.fromEntries(
    assessments.map((node) => [node.candidate.id, verdictOf(node, demand)] as const),
  );
  const fitting = inOrder(assessments.filter(isFeasible), demand);
  if (fitting.length === 0) return { kind: 'none', ...refuse(demand, assessments), nodes };

  const free = fitting.filter(({ full }) => !full);
  const [chosen, next] = free;
  if (chosen === undefined) {
    const waitingFor = fitting.map(({ candidate }) => candidate.id);
    return { kind: 'full', waitingFor, reason: `all that fit are full: ${waitingFor.join(', ')}`, nodes };
  }
  const reason = reasonFor(demand, chosen, next, fitting.length - free.length);
  return { kind: 'placed', chosen: chosen.candidate.id, reason, nodes };
}

function reasonFor(demand: Demand, chosen: Assessment, next: Assessment | undefined, full: number): string {
  const { id } = chosen.candidate;
  if (demand.node !== undefined) return `${id}: named`;
  if (demand.localOnly) return 'stays local: asked for';
  if (staysHome(chosen, demand)) return 'stays local: light command, local node not overloaded';
  if (next === undefined) {
    return full > 0 ? `${id}: the only node that fits and has a free slot` : `${id}: the only node that fits`;
  }
  const decisive = explainChoice(chosen, next, demand);
  const specialty = `specialty ${demand.kind}`;
  if (!chosen.specialised || decisive === specialty) return `${id}: ${decisive}`;
  return `${id}: ${specialty}; ${decisive}`;
}
