import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { openTransport } from '../library.js';
import { compared } from '../row.js';
import { runParallel } from '../run-parallel.js';
import { nodeCount } from '../stand.js';
import { median } from '../statistics.js';

/** Warm `true` on all nodes at once. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  async run(stand) {
    const nodes = (await stand.lab()).nodes.map(({ id }) => id);
    const [ssh, server, transport] = [await stand.ssh(), await stand.server(), await openTransport(stand)];
    const everywhere = (run: (node: string) => Promise<void>) => () => Promise.all(nodes.map(run));
    const spread = new Set<number>();
    const times = await interleave(stand.rounds(15), {
      parallel: { once: async () => spread.add(await runParallel(server)) },
      master: { once: everywhere((node) => ssh.overMaster(node, 'true')) },
      offload: { once: everywhere((node) => server.offload(node)) },
      transport: { once: everywhere((node) => transport.run(node)) },
    });
    const theirs = { against: 'as many ssh over ControlMaster', theirs: median(times.master), unit: 'ms' };
    return [
      compared({
        name: `${nodeCount} offload_to at once`,
        ours: median(times.offload),
        ...theirs,
        atMost: 1,
      }),
      compared({
        name: `parallel_execute of ${nodeCount}, on ${[...spread].join(' or ')} nodes`,
        ours: median(times.parallel),
        ...theirs,
        atMost: 1,
      }),
      compared({ name: `transport alone, to ${nodeCount}`, ours: median(times.transport), ...theirs }),
    ];
  },
};
