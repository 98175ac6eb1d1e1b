import { describe } from '../../observation/observer.js';
import type { Candidate, Demand, Thresholds } from '../../placement/candidate.js';
import { isOverloaded } from '../../placement/overload.js';
import { candidateOf, observeCandidate } from './candidates.js';
import { choose, type Taken } from './choose.js';
import type { Fleet, FleetNode } from './fleet.js';
import { lookRound } from './look-round.js';

export interface Failure {
  code: string;
  message: string;
  hint?: string;
}

/** Why a node is out of question for one task: it turned out so when the task was sent there. */
export type Excluded = Map<string, Failure>;

/** Whom to look at, and what for. */
export interface Question {
  fleet: Fleet;
  demand: Demand;
  programs: readonly string[];
  taken: Taken;
  excluded: Excluded;
}

/** The nodes that may matter for the demand, looked at as far as the choice needs. */
export type Look = (question: Question) => Promise<readonly Candidate[]>;

/** Many commands at once mostly ask the same: they share one look. */
export function createLook(): Look {
  const underWay = new Map<string, { fleet: Fleet; found: Promise<readonly Candidate[]> }>();
  return (question) => {
    const { fleet, demand, programs, excluded } = question;
    if (onlyNode(fleet, demand) !== undefined || excluded.size > 0) return look(question);
    const key = JSON.stringify([demand, programs]);
    const shared = underWay.get(key);
    if (shared?.fleet === fleet) return shared.found;
    const mine = { fleet, found: look(question) };
    underWay.set(key, mine);
    const forget = () => {
      if (underWay.get(key) === mine) underWay.delete(key);
    };
    mine.found.then(forget, forget);
    return mine.found;
  };
}

async function look({ fleet, demand, programs, taken, excluded }: Question): Promise<readonly Candidate[]> {
  const one = (node: FleetNode, insist = false) => lookAt(node, demand, programs, excluded, insist);
  const only = onlyNode(fleet, demand);
  if (only !== undefined) return Promise.all(only.map((node) => one(node)));
  if (demand.weight === 'light' && !demand.spread) {
    const local = await one(fleet.local);
    if (staysLocal(local, demand, fleet.thresholds, taken)) return [local];
  }
  const candidates = await lookRound(
    fleet.nodes.map((node) => ({ answer: one(node), late: (patienceMs) => late(node, patienceMs) })),
    (answered) => isEnough(answered, demand, fleet, taken),
  );
  const placement = choose(demand, candidates, fleet.thresholds, taken);
  if (placement.kind !== 'none' || placement.code !== 'only-unreachable-fit') return candidates;
  // They may be back: worth the wait before saying no.
  return Promise.all(fleet.nodes.map((node) => one(node, true)));
}

async function lookAt(
  node: FleetNode,
  demand: Demand,
  programs: readonly string[],
  excluded: Excluded,
  insist: boolean,
): Promise<Candidate> {
  const known = excluded.get(node.id);
  try {
    return without(await observeCandidate(node, demand, programs, insist), known);
  } catch (error) {
    // A named node that had to be asked for its slots.
    const failure = describe(error);
    excluded.set(node.id, failure);
    node.observer.note(failure);
    return without(candidateOf(node, node.observer.last), failure);
  }
}

function onlyNode(fleet: Fleet, demand: Demand): readonly FleetNode[] | undefined {
  if (demand.localOnly) return [fleet.local];
  if (demand.node !== undefined) return fleet.nodes.filter(({ id }) => id === demand.node);
  return undefined;
}

/** A light command on a local node that fits and is not overloaded waits for no other node's figures. */
function staysLocal(local: Candidate, demand: Demand, thresholds: Thresholds, taken: Taken): boolean {
  if (isOverloaded(local.load, thresholds).overloaded || (local.missingPrograms ?? []).length > 0)
    return false;
  return choose(demand, [local], thresholds, taken).kind === 'placed';
}

/**
 * One that fits and is no last resort: an overloaded node is, and the local one for heavy work. Where commands are to be
 * spread over all that fit, half of the nodes have to have answered besides.
 */
function isEnough(
  answered: readonly Candidate[],
  demand: Demand,
  { nodes, thresholds }: Fleet,
  taken: Taken,
): boolean {
  if (demand.spread && answered.length < nodes.length / 2) return false;
  const placement = choose(demand, answered, thresholds, taken);
  if (placement.kind !== 'placed') return false;
  const chosen = answered.find(({ id }) => id === placement.chosen);
  if (chosen === undefined || isOverloaded(chosen.load, thresholds).overloaded) return false;
  return demand.spread || !chosen.local || demand.weight === 'light';
}

function late(node: FleetNode, patienceMs: number): Candidate {
  const unreachableReason = `no answer yet, ${(patienceMs / 1_000).toFixed(1)} s after one that fits`;
  return { ...candidateOf(node, node.observer.last), reachable: false, unreachableReason };
}

function without(candidate: Candidate, why: Failure | undefined): Candidate {
  if (why === undefined) return candidate;
  if (why.code === 'no-such-folder') return { ...candidate, folder: 'absent' };
  return { ...candidate, reachable: false, unreachableReason: why.message };
}
