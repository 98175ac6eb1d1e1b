import type { Benchmark } from '../benchmark.js';
import { memoryMegabytes } from '../proc.js';
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
    const before = memoryMegabytes(server.pid);
    const everywhere = () => Promise.all(nodes.map((node) => server.offload(node)));
    await everywhere();
    const connected = memoryMegabytes(server.pid);
    const rounds = stand.rounds(30);
    for (let round = 0; round < rounds; round += 1) await everywhere();
    const worked = memoryMegabytes(server.pid);
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
