import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { openLibrary, openTransport } from '../library.js';
import { compared, type Row } from '../row.js';
import { percentile } from '../statistics.js';

/** Warm `true` on one node, one after another. */
export const latency: Benchmark = {
  name: 'latency',
  async run(stand) {
    const node = 'n1';
    const [ssh, server, transport, library] = [
      await stand.ssh(),
      await stand.server(),
      await openTransport(stand),
      await openLibrary(stand),
    ];
    const perRound = 20;
    const times = await interleave(stand.rounds(100), {
      offload: { once: () => server.offload(node), perRound },
      master: { once: () => ssh.overMaster(node, 'true'), perRound },
      library: { once: () => library.run(node), perRound },
      transport: { once: () => transport.run(node), perRound },
      fresh: { once: () => ssh.fresh(node, 'true') },
    });
    const row = (
      name: string,
      ours: keyof typeof times,
      theirs: 'master' | 'fresh',
      fraction: number,
      atMost?: number,
    ): Row =>
      compared({
        name: `${name}, p${fraction * 100}`,
        unit: 'ms',
        ours: percentile(times[ours], fraction),
        against: theirs === 'master' ? 'ssh over ControlMaster' : 'ssh',
        theirs: percentile(times[theirs], fraction),
        ...(atMost === undefined ? {} : { atMost }),
      });
    return [
      row('offload_to', 'offload', 'master', 0.5, 0.65),
      row('offload_to', 'offload', 'master', 0.95, 1),
      row('offload_to', 'offload', 'fresh', 0.5, 1 / 20),
      row('cluster library', 'library', 'master', 0.5),
      row('cluster library', 'library', 'master', 0.95),
      row('transport alone', 'transport', 'master', 0.5, 0.5),
      row('transport alone', 'transport', 'master', 0.95, 1),
    ];
  },
};
