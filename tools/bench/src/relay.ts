import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A wire of some length: a process of its own that carries bytes between connections to it and a port of the loopback
 * interface, each way so many milliseconds late. `node relay.js DELAY_MS PORT` prints the port that it listens on, and ends with
 * its standard input.
 */
const [delayMs = 0, port = 0] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
  const far = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
  carry(near, far);
  carry(far, near);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
process.stdin.resume().once('end', () => process.exit(0));

function carry(from: Socket, to: Socket): void {
  const under: { due: number; deliver: () => void }[] = [];
  const post = (deliver: () => void) => {
    under.push({ due: performance.now() + delayMs, deliver });
    if (under.length === 1) wait();
  };
  /** Timers are good to a millisecond, and round upwards: the last one is passed awake. */
  const wait = () => {
    const next = under[0];
    if (next === undefined) return;
    const left = next.due - performance.now();
    if (left > 1.5) setTimeout(wait, Math.floor(left - 1));
    else if (left > 0) setImmediate(wait);
    else {
      under.shift();
      next.deliver();
      wait();
    }
  };
  from.on('data', (chunk) => post(() => to.write(chunk)));
  from.once('end', () => post(() => to.end()));
  from.on('error', () => post(() => to.destroy()));
}
