import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { errorCode, LabError } from './lab-error.js';

export const loopbackHost = '127.0.0.1';

// Below what Linux (32768) and macOS (49152) give to outgoing connections: a node that is stopped for a while
// then finds its port free when it is started again.
const firstPort = 18_000;
const lastPort = 32_000;

/** A port on loopback that nobody holds at this moment; the one who binds it must be ready to ask again. */
export async function pickFreePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(firstPort, lastPort);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new LabError(
    'no-free-port',
    `no free port found on ${loopbackHost} between ${firstPort} and ${lastPort}`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ host: loopbackHost, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The server's first bytes, `SSH-2.0-…`; undefined where the connection fails or nothing comes in time. */
export function readBanner(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopbackHost, port });
    const finish = (banner: string | undefined) => {
      socket.destroy();
      resolve(banner);
    };
    socket.setTimeout(timeoutMs, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('data', (bytes) => finish(bytes.toString('latin1')));
  });
}
