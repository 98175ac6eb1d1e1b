import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { transportTo } from '../library.js';
import { compared } from '../row.js';
import { runParallel } from '../run-parallel.js';
import { median } from '../statistics.js';

/** Warm `true` on all nodes at once. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  async run(stand) {
    const many = await stand.manyNodes();
    const nodes = many.nodes.map(({ id }) => id);
    const [ssh, server] = [await stand.anotherSsh(many), await stand.anotherServer(many)];
    const transport = await stand.open(
      async () => transportTo(many, stand.folder),
      (made) => made.transport.close(),
    );
    const everywhere = (run: (node: string) => Promise<void>) => () => Promise.all(nodes.map(run));
    const spread = new Set<number>();
    const times = await interleave(stand.rounds(15), {
      parallel: { once: async () => spread.add(await runParallel(server, nodes.length)) },
      master: { once: everywhere((node) => ssh.overMaster(node, 'true')) },
      offload: { once: everywhere((node) => server.offload(node)) },
      transport: { once: everywhere((node) => transport.run(node)) },
    });
    const theirs = { against: 'as many ssh over ControlMaster', theirs: median(times.master), unit: 'ms' };
    return [
      compared({
        name: `${nodes.length} offload_to at once`,
        ours: median(times.offload),
        ...theirs,
        atMost: 0.6,
      }),
      compared({
        name: `parallel_execute of ${nodes.length}, on ${[...spread].join(' or ')} nodes`,
        ours: median(times.parallel),
        ...theirs,
        atMost: 0.6,
      }),
      compared({
        name: `transport alone, to ${nodes.length}`,
        ours: median(times.transport),
        ...theirs,
        atMost: 0.6,
      }),
    ];
  },
};
