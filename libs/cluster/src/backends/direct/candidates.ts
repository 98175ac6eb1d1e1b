import { describe, type Observation } from '../../observation/observer.js';
import type { Found } from '../../observation/look-up.js';
import type { Candidate, Demand, NodeLoad } from '../../placement/candidate.js';
import { slotsOf, type FleetNode } from './fleet.js';

/** A look is fresh enough for choosing a node this long, milliseconds. */
const freshMs = 5_000;

/** Looks at a node, as far as choosing it for `demand` needs, and says what is known of it. */
export async function observeCandidate(
  node: FleetNode,
  demand: Demand,
  programs: readonly string[],
  taken: number,
): Promise<Candidate> {
  // A named node, and the local one where no other will do, is looked at neither for load nor for programs.
  if (demand.node !== undefined || demand.localOnly) return candidateOf(node, taken, node.observer.last);
  const [observation, found] = await Promise.all([
    node.observer.observe(freshMs),
    lookUp(node, demand.cwd, programs),
  ]);
  if ('code' in found)
    return { ...candidateOf(node, taken, observation), reachable: false, unreachableReason: found.message };
  return {
    ...candidateOf(node, taken, observation),
    reachable: observation.reachable,
    ...(observation.error === undefined ? {} : { unreachableReason: observation.error.message }),
    ...found,
  };
}

function lookUp(
  node: FleetNode,
  cwd: string | undefined,
  programs: readonly string[],
): Promise<Found | ReturnType<typeof describe>> {
  return node.lookUp.find(cwd, programs).catch(describe);
}

function candidateOf(node: FleetNode, taken: number, observation: Observation | undefined): Candidate {
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
    slots: { total: slotsOf(node, facts?.cores), taken },
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
