import { readFileSync } from 'node:fs';
import type { Benchmark } from '../benchmark.js';
import { measured } from '../row.js';
import { nodeCount } from '../stand.js';

/** What the server's process holds with a connection open to every node, and work done over all of them. */
export const memory: Benchmark = {
  name: 'memory',
  async run(stand) {
    const lab = await stand.lab();
    const nodes = lab.nodes.map(({ id }) => id);
    const server = await stand.anotherServer(lab);
    await server.call('task_list', {}); // everything is loaded
    const before = residentMegabytes(server.pid);
    const everywhere = () => Promise.all(nodes.map((node) => server.offload(node)));
    await everywhere();
    const connected = residentMegabytes(server.pid);
    const rounds = stand.rounds(30);
    for (let round = 0; round < rounds; round += 1) await everywhere();
    const worked = residentMegabytes(server.pid);
    return [
      measured({ name: 'server memory, no connection', unit: 'MB', ours: before }),
      measured({
        name: `server memory, ${nodeCount} connections`,
        unit: 'MB',
        ours: connected,
        atMost: 120,
      }),
      measured({
        name: `the same, after ${(rounds + 1) * nodeCount} commands`,
        unit: 'MB',
        ours: worked,
        atMost: 120,
      }),
    ];
  },
};

/** A process's resident memory, as Linux says. */
function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`There is no memory figure for process ${pid}.`);
  return (Number(kilobytes) * 1_024) / 1_000_000;
}
