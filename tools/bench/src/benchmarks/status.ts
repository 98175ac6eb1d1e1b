import type { Benchmark } from '../benchmark.js';
import { timed } from '../interleave.js';
import { compared } from '../row.js';
import type { Server } from '../server.js';
import { nodeCount } from '../stand.js';
import { median } from '../statistics.js';

/** So long a node takes to begin in the second part. */
const slowSeconds = 1;
const slowly = `ForceCommand sleep ${slowSeconds}; exec sh -c "$SSH_ORIGINAL_COMMAND"`;

/**
 * Fresh figures of all nodes at once, beside those of one node after another. All nodes are this one machine, which has
 * to do the work of all of them; so a second part asks nodes that mostly wait, as distant ones would.
 */
export const status: Benchmark = {
  name: 'status',
  async run(stand) {
    const near = await lookAtAll(await stand.server(), stand.rounds(10), nodeCount);
    const slow = await lookAtAll(
      await stand.anotherServer(await stand.anotherLab(nodeCount, slowly)),
      stand.rounds(5),
      4,
    );
    const unit = 'ms';
    const name = `cluster_status, ${nodeCount} nodes`;
    return [
      compared({
        name: `${name} of ${slowSeconds} s each`,
        unit,
        ours: slow.all,
        against: 'the slowest alone',
        theirs: slow.slowest,
        atMost: 1.5,
      }),
      compared({ name, unit, ours: near.all, against: 'the slowest alone', theirs: near.slowest }),
      compared({ name, unit, ours: near.all, against: 'one after another', theirs: near.sum }),
    ];
  },
};

/** @param singles how many nodes are asked alone */
async function lookAtAll(server: Server, rounds: number, singles: number) {
  const nodes = Array.from({ length: nodeCount }, (_, index) => `n${index + 1}`);
  for (let warmUp = 0; warmUp < 2; warmUp += 1) await look(server, nodes); // connects; first figures take longer
  const all: number[] = [];
  const slowest: number[] = [];
  const sum: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    all.push(await timed(() => look(server, nodes)));
    const each: number[] = [];
    for (const node of nodes.slice(0, singles)) each.push(await timed(() => look(server, [node])));
    slowest.push(Math.max(...each));
    sum.push(each.reduce((total, ms) => total + ms, 0));
  }
  return { all: median(all), slowest: median(slowest), sum: median(sum) };
}

async function look(server: Server, nodes: readonly string[]): Promise<void> {
  const answer = await server.call('cluster_status', { node_ids: nodes, max_age_seconds: 0 });
  const seen = Object.values((answer['nodes'] ?? {}) as Record<string, { reachable: boolean }>);
  if (seen.filter(({ reachable }) => reachable).length !== nodes.length)
    throw new Error(`cluster_status: ${JSON.stringify(answer)}`);
}
