import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { inLanes } from '../lanes.js';
import { openTransport } from '../library.js';
import { compared, type Row } from '../row.js';
import { median } from '../statistics.js';

const widths = [1, 8, 32];
/** At the last of them. */
const targets = { offload: 1.8, transport: 2.1 };
/** As many commands in each measurement. */
const batch = 64;

/** Commands per second on one node, so many at once. */
export const throughput: Benchmark = {
  name: 'throughput',
  async run(stand) {
    const node = 'n2';
    const [ssh, server, transport] = [await stand.ssh(), await stand.server(), await openTransport(stand)];
    const rows: Row[] = [];
    for (const width of widths) {
      const times = await interleave(stand.rounds(8), {
        offload: { once: () => inLanes(batch, width, () => server.offload(node)) },
        master: { once: () => inLanes(batch, width, () => ssh.overMaster(node, 'true')) },
        transport: { once: () => inLanes(batch, width, () => transport.run(node)) },
      });
      const rate = (ms: readonly number[]) => (batch * 1_000) / median(ms);
      const theirs = {
        unit: 'commands/s',
        against: 'ssh over ControlMaster',
        theirs: rate(times.master),
      };
      const row = (name: string, ours: 'offload' | 'transport'): Row =>
        compared({
          name: `${name}, ${width} at once`,
          ours: rate(times[ours]),
          ...theirs,
          ...(width === widths.at(-1) ? { atLeast: targets[ours] } : {}),
        });
      rows.push(row('offload_to', 'offload'), row('transport alone', 'transport'));
    }
    return rows;
  },
};
