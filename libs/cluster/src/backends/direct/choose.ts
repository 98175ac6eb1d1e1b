import type { Candidate, Demand } from '../../placement/candidate.js';
import { isOverloaded } from '../../placement/overload.js';
import { place } from '../../placement/place.js';
import type { Placement } from '../../placement/placement.js';
import { observeCandidate } from './candidates.js';
import type { Fleet, FleetNode } from './fleet.js';

/** Why a node is out of question for one task: it turned out so when the task was sent there. */
export type Excluded = ReadonlyMap<string, { code: string; message: string }>;

/** Looks at the nodes that may matter for `demand` and chooses one. */
export async function choose(
  fleet: Fleet,
  demand: Demand,
  programs: readonly string[],
  taken: ReadonlyMap<string, number>,
  excluded: Excluded,
): Promise<Placement> {
  const look = async (node: FleetNode, insist = false): Promise<Candidate> =>
    without(await observeCandidate(node, demand, programs, taken.get(node.id) ?? 0, insist), excluded);

  const only = onlyNode(fleet, demand);
  if (only !== undefined)
    return place(demand, await Promise.all(only.map((node) => look(node))), fleet.thresholds);
  if (demand.weight === 'light' && !demand.spread) {
    const local = await look(fleet.local);
    if (staysLocal(local, demand, fleet)) return place(demand, [local], fleet.thresholds);
  }
  const candidates = await Promise.all(fleet.nodes.map((node) => look(node)));
  const placement = place(demand, candidates, fleet.thresholds);
  if (placement.kind !== 'none' || placement.code !== 'only-unreachable-fit') return placement;
  // They may be back: worth the wait before saying no.
  const again = await Promise.all(fleet.nodes.map((node) => look(node, true)));
  return place(demand, again, fleet.thresholds);
}

function onlyNode(fleet: Fleet, demand: Demand): readonly FleetNode[] | undefined {
  if (demand.localOnly) return [fleet.local];
  if (demand.node !== undefined) return fleet.nodes.filter(({ id }) => id === demand.node);
  return undefined;
}

/** A light command on a local node that fits and is not overloaded waits for no other node's figures. */
function staysLocal(local: Candidate, demand: Demand, fleet: Fleet): boolean {
  if (isOverloaded(local.load, fleet.thresholds).overloaded || (local.missingPrograms ?? []).length > 0)
    return false;
  return place(demand, [local], fleet.thresholds).kind === 'placed';
}

function without(candidate: Candidate, excluded: Excluded): Candidate {
  const why = excluded.get(candidate.id);
  if (why === undefined) return candidate;
  if (why.code === 'no-such-folder') return { ...candidate, folder: 'absent' };
  return { ...candidate, reachable: false, unreachableReason: why.message };
}
