import type { Assessment } from './assess.js';
import type { Demand } from './candidate.js';
import type { FilterName } from './filter.js';
import type { NoPlacementCode } from './placement.js';

export interface Refusal {
  readonly code: NoPlacementCode;
  readonly reason: string;
  readonly hint: string;
}

/** Why no node takes the demand, told by what stands in the way of the nodes that come nearest. */
export function refuse(demand: Demand, assessments: readonly Assessment[]): Refusal {
  const asked = assessments.filter((node) => !isOutBy(node, 'not-asked-for')).sort(byId);
  if (demand.node !== undefined && asked.length === 0) return unknownNode(demand.node, assessments);

  for (const [filter, tell] of nearest) {
    const near = asked.filter((node) => isOutOnlyBy(node, filter));
    if (near.length === 0) continue;
    const refusal = tell(demand, near);
    return near.length === asked.length
      ? refusal
      : {
          ...refusal,
          reason: `${refusal.reason}; the others: ${counted(asked.filter((node) => !near.includes(node)))}`,
        };
  }
  return nothingFits(demand, asked);
}

/** What alone may stand in the way of a node, from what may pass by itself to what somebody has to change. */
const nearest: readonly [FilterName, (demand: Demand, nodes: readonly Assessment[]) => Refusal][] = [
  ['unreachable', notReached],
  ['no-such-folder', withoutFolder],
  ['cordoned', onlyCordoned],
];

/** The words of a refusal, too, must not depend on the order in which nodes are handed in. */
function byId(a: Assessment, b: Assessment): number {
  return a.candidate.id < b.candidate.id ? -1 : 1;
}

function isOutBy(node: Assessment, filter: FilterName): boolean {
  return node.rejections.some((rejection) => rejection.filter === filter);
}

/** Out by that filter and, as far as is known, by no other. */
function isOutOnlyBy(node: Assessment, filter: FilterName): boolean {
  return (
    isOutBy(node, filter) &&
    node.rejections.every((rejection) => rejection.filter === filter || rejection.unknown)
  );
}

function unknownNode(id: string, known: readonly Assessment[]): Refusal {
  return {
    code: 'unknown-node',
    reason: `there is no node ${id}`,
    hint: known.length > 0 ? `Use one of: ${names(known)}.` : 'Add it to the inventory.',
  };
}

function notReached(demand: Demand, nodes: readonly Assessment[]): Refusal {
  const hint = 'See that the node is up and accepts SSH connections: cluster-router doctor tells what fails.';
  const details = nodes.map((node) => `${node.candidate.id} is ${reasonOf(node, 'unreachable')}`).join('; ');
  if (demand.node !== undefined) return { code: 'unreachable', reason: details, hint };
  return {
    code: 'only-unreachable-fit',
    reason: `the only nodes that fit cannot be reached: ${details}`,
    hint,
  };
}

function withoutFolder(demand: Demand, nodes: readonly Assessment[]): Refusal {
  return {
    code: 'no-such-folder',
    reason: `${names(nodes)}: no such folder${demand.cwd === undefined ? '' : `: ${demand.cwd}`}`,
    hint: 'Pass cwd: "~" to run in the home folder, or a folder that the node has.',
  };
}

function onlyCordoned(_demand: Demand, nodes: readonly Assessment[]): Refusal {
  return {
    code: 'cordoned',
    reason: `${names(nodes)}: cordoned, takes no new work`,
    hint: 'Set cordoned: false for the node in the inventory, or use another node.',
  };
}

function nothingFits(demand: Demand, nodes: readonly Assessment[]): Refusal {
  const hint =
    'Relax what is required, or add a node that has it: cluster_status shows what the nodes offer.';
  if (nodes.length === 1 && nodes[0] !== undefined) {
    const reasons = nodes[0].rejections.map(({ reason }) => reason).join('; ');
    const word = demand.localOnly ? 'the local node ' : '';
    return { code: 'no-node-fits', reason: `${word}${names(nodes)} does not fit: ${reasons}`, hint };
  }
  if (nodes.length === 0) return { code: 'no-node-fits', reason: 'there is no node to run on', hint };
  return { code: 'no-node-fits', reason: `no node fits: ${counted(nodes)}`, hint };
}

/** How many nodes each reason put out: `os: wants macos, is linux (2 nodes); cordoned (1 node)`. */
function counted(nodes: readonly Assessment[]): string {
  const counts = new Map<string, number>();
  for (const { rejections } of nodes) {
    for (const { reason } of rejections) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} (${count} ${count === 1 ? 'node' : 'nodes'})`)
    .join('; ');
}

function reasonOf(node: Assessment, filter: FilterName): string {
  return node.rejections.find((rejection) => rejection.filter === filter)?.reason ?? filter;
}

function names(nodes: readonly Assessment[]): string {
  return nodes
    .map(({ candidate }) => candidate.id)
    .sort()
    .join(', ');
}
