import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Benchmark } from '../benchmark.js';
import { distant, openRelay } from '../distance.js';
import { interleave } from '../interleave.js';
import { transportTo } from '../library.js';
import { compared, measured } from '../row.js';
import type { Stand } from '../stand.js';
import { median } from '../statistics.js';

/** Each way. */
const delayMs = 16;
const twoRoundTripsMs = 2 * 2 * delayMs;
const nodeId = 'n1';

/** Warm `true` on a node far away, one after another. */
export const distance: Benchmark = {
  name: 'distance',
  async run(stand) {
    const far = await distant(stand, await stand.lab(), delayMs);
    const [ssh, server] = [await stand.anotherSsh(far), await stand.anotherServer(far)];
    const alone = await stand.open(
      async () => transportTo(far, stand.folder),
      ({ transport }) => transport.close(),
    );
    const ping = await pinger(stand);
    const perRound = 10;
    const times = await interleave(stand.rounds(10), {
      offload: { once: () => server.offload(nodeId), perRound },
      master: { once: () => ssh.overMaster(nodeId, 'true'), perRound },
      transport: { once: () => alone.run(nodeId), perRound },
      ping: { once: ping, perRound },
    });
    const theirs = { against: 'ssh over ControlMaster', theirs: median(times.master), unit: 'ms' };
    const target = { unit: 'ms', atMost: twoRoundTripsMs + 10 };
    const name = `${delayMs} ms away each way`;
    return [
      measured({ name: `offload_to, ${name}`, ours: median(times.offload), ...target }),
      compared({ name: `offload_to, ${name}`, ours: median(times.offload), ...theirs }),
      measured({ name: `transport alone, ${name}`, ours: median(times.transport), ...target }),
      compared({ name: `transport alone, ${name}`, ours: median(times.transport), ...theirs }),
      measured({ name: 'one round trip there', ours: median(times.ping), unit: 'ms' }),
    ];
  },
};

/** One byte there and back over a wire of the same length. */
async function pinger(stand: Stand): Promise<() => Promise<void>> {
  const echo = await stand.open(
    async () => {
      const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    },
    (server) => server.close(),
  );
  const port = await openRelay(stand, (echo.address() as AddressInfo).port, delayMs);
  const socket = await stand.open(
    async () => {
      const made = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(made, 'connect');
      return made;
    },
    (made) => made.destroy(),
  );
  return async () => {
    socket.write('.');
    await once(socket, 'data');
  };
}
