import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { openTransport } from '../library.js';
import { compared, type Row } from '../row.js';
import { median } from '../statistics.js';

const widths = [1, 8, 32];
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
        offload: { once: () => inLanes(width, () => server.offload(node)) },
        master: { once: () => inLanes(width, () => ssh.overMaster(node, 'true')) },
        transport: { once: () => inLanes(width, () => transport.run(node)) },
      });
      const rate = (ms: readonly number[]) => (batch * 1_000) / median(ms);
      const theirs = {
        unit: 'commands/s',
        against: 'ssh over ControlMaster',
        theirs: rate(times.master),
      };
      rows.push(
        compared({ name: `offload_to, ${width} at once`, ours: rate(times.offload), ...theirs }),
        compared({ name: `transport alone, ${width} at once`, ours: rate(times.transport), ...theirs }),
      );
    }
    return rows;
  },
};

async function inLanes(width: number, run: () => Promise<void>): Promise<void> {
  let left = batch;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
