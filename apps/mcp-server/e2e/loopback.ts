import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server of this process on a free loopback port. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** How many connections there were so far. */
  connections(): number;
}

/** Hands every connection to `onConnection`; cuts what is left at its end. */
export async function listen(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<Listener> {
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
