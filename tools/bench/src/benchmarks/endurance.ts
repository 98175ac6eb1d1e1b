import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Lab, LabNode } from '@cluster-execution/lab';
import type { Benchmark } from '../benchmark.js';
import { inLanes } from '../lanes.js';
import { transportTo } from '../library.js';
import { memoryMegabytes, openSockets, serverConnections } from '../proc.js';
import { measured, type Row } from '../row.js';
import type { Stand } from '../stand.js';
import { waitUntil } from '../wait-until.js';

/** What is left when a lot has been done. */
export const endurance: Benchmark = {
  name: 'endurance',
  async run(stand) {
    const lab = await stand.anotherLab(1);
    const [node] = lab.nodes;
    if (node === undefined) throw new Error('The lab has no node.');
    return [...(await manyCommands(stand, lab, node)), ...(await manyConnections(stand, lab, node))];
  },
};

/** As many channels at once as one connection has for commands, so that there is no second. */
const atOnce = 8;

async function manyCommands(stand: Stand, lab: Lab, node: LabNode): Promise<Row[]> {
  const count = stand.quick ? 2_000 : 10_000;
  const server = await stand.anotherServer(lab);
  const run = () => server.offload(node.id);
  await inLanes(count / 5, atOnce, run);
  const before = { memory: memoryMegabytes(server.pid), sockets: openSockets(server.pid) };
  await inLanes((count * 4) / 5, atOnce, run);
  const name = `after ${count} commands`;
  return [
    measured({
      name: `${name}: connections`,
      ours: serverConnections(node.port),
      unit: '',
      atMost: 1,
      atLeast: 1,
    }),
    measured({
      name: `${name}: sockets more than at a fifth`,
      ours: openSockets(server.pid) - before.sockets,
      unit: '',
      atMost: 0,
    }),
    measured({
      name: `${name}: server memory more than at a fifth`,
      ours: memoryMegabytes(server.pid) - before.memory,
      unit: 'MB',
      atMost: 20,
    }),
    measured({
      name: `${name}: processes on the node`,
      ours: (await node.processes()).length,
      unit: '',
      atMost: 0,
    }),
  ];
}

async function manyConnections(stand: Stand, lab: Lab, node: LabNode): Promise<Row[]> {
  const count = stand.quick ? 200 : 1_000;
  const once = async () => {
    const { transport, run } = transportTo(lab, stand.folder);
    try {
      await run(node.id);
    } finally {
      transport.close();
    }
  };
  const others = serverConnections(node.port);
  const sockets = openSockets(process.pid);
  await inLanes(count / 5, atOnce, once);
  const before = heapMegabytes();
  await inLanes((count * 4) / 5, atOnce, once);
  await waitUntil(
    () => serverConnections(node.port) <= others && openSockets(process.pid) <= sockets,
    10_000,
  );
  const name = `after ${count} connects`;
  return [
    measured({
      name: `${name}: connections`,
      ours: serverConnections(node.port) - others,
      unit: '',
      atMost: 0,
    }),
    measured({
      name: `${name}: sockets more than before`,
      ours: openSockets(process.pid) - sockets,
      unit: '',
      atMost: 0,
    }),
    measured({
      name: `${name}: heap more than at a fifth`,
      ours: heapMegabytes() - before,
      unit: 'MB',
      atMost: 4,
    }),
    measured({
      name: `${name}: processes on the node`,
      ours: (await node.processes()).length,
      unit: '',
      atMost: 0,
    }),
  ];
}

/** What is really used, in this process: garbage is collected first. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
}
