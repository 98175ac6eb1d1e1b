import { answerLimit, type ClusterStatus, type NodeStatus } from '@cluster-execution/cluster';

/** Room that is kept for what stands around the nodes. */
const rest = 1_000;

/** Keeps the answer under the limit: first nodes give up their lesser figures, then the last ones are left out. */
export function fitStatus(status: ClusterStatus, limit = answerLimit): ClusterStatus & { left_out?: number } {
  if (size(status) < limit) return status;
  const short: ClusterStatus = {
    ...status,
    ...(status.configuration_error === undefined
      ? {}
      : { configuration_error: status.configuration_error.slice(0, rest / 2) }),
    nodes: Object.fromEntries(Object.entries(status.nodes).map(([id, node]) => [id, terse(node)])),
  };
  if (size(short) < limit) return short;
  const kept: [string, NodeStatus][] = [];
  let used = rest;
  for (const entry of Object.entries(short.nodes)) {
    used += size(entry);
    if (used >= limit) break;
    kept.push(entry);
  }
  return {
    ...short,
    nodes: Object.fromEntries(kept),
    left_out: Object.keys(short.nodes).length - kept.length,
  };
}

function terse(node: NodeStatus): NodeStatus {
  const { hint: _hint, why: _why, hostname: _hostname, error, ...figures } = node;
  return { ...figures, ...(error === undefined ? {} : { error: error.slice(0, 100) }) };
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}
