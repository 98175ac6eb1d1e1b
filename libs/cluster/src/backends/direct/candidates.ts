import { describe, type Observation } from '../../observation/observer.js';
import type { Found } from '../../observation/look-up.js';
import { isRuledOut } from '../../placement/assess.js';
import type { Candidate, Demand, NodeLoad } from '../../placement/candidate.js';
import { slotsOf, type FleetNode } from './fleet.js';

/** A look is fresh enough for choosing a node this long, milliseconds. */
const freshMs = 5_000;
/** A node that was seen before and takes longer to answer now is taken as it was seen last. */
const patienceMs = 1_000;

/** Looks at a node, as far as choosing it for `demand` needs, and says what is known of it. */
export async function observeCandidate(
  node: FleetNode,
  demand: Demand,
  programs: readonly string[],
  insist: boolean,
): Promise<Candidate> {
  // A named node, and the local one where no other will do, is looked at neither for load nor for programs.
  if (demand.node !== undefined || demand.localOnly) return named(node, demand);
  const known = candidateOf(node, node.observer.last);
  if (isRuledOut(demand, known)) return known;
  if (!insist && node.observer.last?.reachable === false) {
    // Asked again beside the choice, which need not wait for it.
    void node.observer.observe(freshMs);
    return unreachable(known, node.observer.last.error?.message);
  }
  const [observation, found] = await Promise.all([
    insist ? node.observer.observe(0) : node.observer.observe(freshMs, patienceMs),
    lookUp(node, demand.cwd, programs),
  ]);
  const candidate = candidateOf(node, observation);
  if (!observation.reachable) return unreachable(candidate, observation.error?.message);
  if ('code' in found) return unreachable(candidate, found.message);
  return { ...candidate, reachable: true, ...found };
}

function unreachable(candidate: Candidate, reason: string | undefined): Candidate {
  return { ...candidate, reachable: false, ...(reason === undefined ? {} : { unreachableReason: reason }) };
}

function lookUp(
  node: FleetNode,
  cwd: string | undefined,
  programs: readonly string[],
): Promise<Found | ReturnType<typeof describe>> {
  return node.lookUp.find(cwd, programs).catch(describe);
}

/** Only what the inventory leaves out and the choice needs is asked of it: slots, operating system, architecture. */
async function named(node: FleetNode, demand: Demand): Promise<Candidate> {
  const { last } = node.observer;
  const { os, arch } = demand.requirements;
  const known =
    (demand.quick || node.maxTasks !== undefined) &&
    (os === undefined || node.os !== undefined) &&
    (arch === undefined || node.arch !== undefined);
  if (known || last?.facts !== undefined) return candidateOf(node, last);
  return candidateOf(node, { takenAt: 0, reachable: true, facts: await node.executor.facts() });
}

/** Slots are counted later, in one go with the choice. */
export function candidateOf(node: FleetNode, observation: Observation | undefined): Candidate {
  const facts = observation?.facts;
  const os = node.os ?? facts?.os;
  const arch = node.arch ?? facts?.arch;
  const load = loadOf(observation);
  return {
    id: node.id,
    local: node.local,
    capabilities: node.capabilities,
    specialties: node.specialties,
    priority: node.priority,
    cordoned: node.cordoned,
    slots: { total: slotsOf(node, facts?.cores), taken: 0 },
    ...(os === undefined ? {} : { os }),
    ...(arch === undefined ? {} : { arch }),
    ...(load === undefined ? {} : { load }),
  };
}

function loadOf(observation: Observation | undefined): NodeLoad | undefined {
  const snapshot = observation?.snapshot;
  if (snapshot === undefined) return undefined;
  const load1m = snapshot.load['1m'];
  return {
    ...(snapshot.cpu.percent === undefined ? {} : { cpuPercent: snapshot.cpu.percent }),
    ...(load1m === undefined ? {} : { load1m }),
    ...(snapshot.memory.percent === undefined ? {} : { memoryPercent: snapshot.memory.percent }),
    ...(snapshot.cpu.count === undefined ? {} : { cpuCount: snapshot.cpu.count }),
  };
}
