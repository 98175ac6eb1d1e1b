import { once } from 'node:events';
import { type AddressInfo, type Server, Socket, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from './address.js';
import { alternateFamilies, connectFirst } from './connect-first.js';
import { startBlackHole } from './fixtures/black-hole.js';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).toReversed()) await end();
});

const v4 = (address: string): Address => ({ address, family: 4 });
const v6 = (address: string): Address => ({ address, family: 6 });

async function listenOn(host: string, port = 0): Promise<number> {
  const server: Server = createServer((socket) => {
    cleanUp.push(async () => socket.destroy());
    socket.write(`this is ${host}\n`);
  });
  server.listen(port, host);
  await once(server, 'listening');
  cleanUp.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A port of `host` that nobody listens on: it was free a moment ago, and stays so on an address nobody else uses. */
async function refusedPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function blackHole(host: string, port?: number): Promise<number> {
  const hole = await startBlackHole(host, port);
  cleanUp.push(() => hole.close());
  return hole.port;
}

function keep(socket: Socket): Socket {
  cleanUp.push(async () => socket.destroy());
  return socket;
}

/** Real sockets, seen. */
function spy() {
  const sockets: { address: string; socket: Socket }[] = [];
  const connect = ({ address, family }: Address, port: number) => {
    const socket = new Socket().connect({ host: address, port, family });
    sockets.push({ address, socket });
    return socket;
  };
  return { sockets, connect };
}

describe('connectFirst', () => {
  it('connects over IPv4 and over IPv6, and what the server says at once is not lost', async () => {
    for (const address of [v4('127.0.0.1'), v6('::1')]) {
      const port = await listenOn(address.address);
      const socket = keep(await connectFirst([address], port));
      expect(socket.remoteAddress).toBe(address.address);
      const [greeting] = (await once(socket, 'data')) as [Buffer];
      expect(greeting.toString()).toBe(`this is ${address.address}\n`);
    }
  });

  it('goes on at once where a port is refused', async () => {
    const port = await listenOn('127.0.0.3');
    const socket = keep(
      await connectFirst([v6('::1'), v4('127.0.0.2'), v4('127.0.0.3')], port, { attemptDelayMs: 60_000 }),
    );
    expect(socket.remoteAddress).toBe('127.0.0.3');
  });

  it('starts the next attempt beside one that is silent, and destroys that when it has lost', async () => {
    const port = await listenOn('127.0.0.3');
    await blackHole('127.0.0.2', port);
    const { sockets, connect } = spy();
    const started = performance.now();
    const socket = keep(await connectFirst([v4('127.0.0.2'), v4('127.0.0.3')], port, { connect }));
    expect(socket.remoteAddress).toBe('127.0.0.3');
    expect(performance.now() - started).toBeGreaterThan(200);
    expect(sockets.map(({ address, socket }) => [address, socket.destroyed])).toEqual([
      ['127.0.0.2', true],
      ['127.0.0.3', false],
    ]);
  });

  it('does not start a second attempt where the first connects in time', async () => {
    const port = await listenOn('127.0.0.2');
    await listenOn('127.0.0.3', port);
    const { sockets, connect } = spy();
    keep(await connectFirst([v4('127.0.0.2'), v4('127.0.0.3')], port, { connect, attemptDelayMs: 10_000 }));
    expect(sockets.map(({ address }) => address)).toEqual(['127.0.0.2']);
  });

  it('gives up when all are silent, and says which', async () => {
    const port = await blackHole('127.0.0.2');
    await blackHole('127.0.0.3', port);
    const { sockets, connect } = spy();
    await expect(
      connectFirst([v4('127.0.0.2'), v4('127.0.0.3')], port, { connect, attemptDelayMs: 10, timeoutMs: 300 }),
    ).rejects.toMatchObject({
      name: 'ConnectError',
      code: 'connection-timed-out',
      attempts: [{ address: '127.0.0.2' }, { address: '127.0.0.3' }],
      message: expect.stringMatching(/port \d+ within 300 ms: 127\.0\.0\.2 \(no answer\), 127\.0\.0\.3/),
    });
    expect(sockets.every(({ socket }) => socket.destroyed)).toBe(true);
  });

  it('rejects with every attempt where all are refused', async () => {
    const port = await refusedPort('127.0.0.4');
    await expect(connectFirst([v4('127.0.0.4'), v6('::1'), v4('127.0.0.5')], port)).rejects.toMatchObject({
      code: 'connection-refused',
      attempts: [
        { address: '127.0.0.4', error: { code: 'ECONNREFUSED' } },
        { address: '::1', error: { code: 'ECONNREFUSED' } },
        { address: '127.0.0.5', error: { code: 'ECONNREFUSED' } },
      ],
      cause: expect.any(AggregateError),
    });
  });

  it.each([
    [['ENETUNREACH', 'ECONNREFUSED'], 'connection-refused'],
    [['ENETUNREACH', 'ETIMEDOUT'], 'connection-timed-out'],
    [['EHOSTUNREACH', 'ENETUNREACH'], 'network-unreachable'],
    [['EADDRNOTAVAIL'], 'network-unreachable'],
    [['EACCES'], 'connect-failed'],
  ])('after %j the code is %s', async (errors, code) => {
    const connect = ({ address }: Address) =>
      new Socket().destroy(Object.assign(new Error(address), { code: address }));
    const addresses = errors.map((error) => v4(error));
    await expect(connectFirst(addresses, 22, { connect })).rejects.toMatchObject({ code });
  });

  it('says so where there is no address at all', async () => {
    await expect(connectFirst([], 22)).rejects.toMatchObject({
      code: 'connect-failed',
      attempts: [],
      message: expect.stringContaining('no address was given'),
    });
  });

  it('ends at once when aborted: every attempt is destroyed, none is started any more', async () => {
    const port = await blackHole('127.0.0.2');
    const { sockets, connect } = spy();
    const stop = new AbortController();
    const connecting = connectFirst([v4('127.0.0.2'), v4('127.0.0.2'), v4('127.0.0.3')], port, {
      connect,
      attemptDelayMs: 20,
      signal: stop.signal,
    });
    await expect.poll(() => sockets.length).toBeGreaterThan(1);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(connecting).rejects.toBe(reason);
    expect(sockets.map(({ socket }) => socket.destroyed)).toEqual(sockets.map(() => true));
    const before = sockets.length;
    await expect(connectFirst([v4('127.0.0.2')], port, { connect, signal: stop.signal })).rejects.toBe(
      reason,
    );
    expect(sockets).toHaveLength(before);
  });

  it('turns the Nagle delay off, also where the socket is the caller own', async () => {
    const port = await listenOn('127.0.0.2');
    const seen: boolean[] = [];
    class Watched extends Socket {
      override setNoDelay(noDelay = true): this {
        seen.push(noDelay);
        return super.setNoDelay(noDelay);
      }
    }
    const connect = ({ address }: Address, at: number) => new Watched().connect(at, address);
    keep(await connectFirst([v4('127.0.0.2')], port, { connect }));
    expect(seen).toEqual([true]);
  });

  it('leaves no listener on the socket', async () => {
    const port = await listenOn('127.0.0.2');
    const plain = keep(new Socket().connect(port, '127.0.0.2'));
    await once(plain, 'connect');
    const socket = keep(await connectFirst([v4('127.0.0.2')], port));
    const counts = (one: Socket) => ['connect', 'error', 'close'].map((event) => one.listenerCount(event));
    expect(counts(socket)).toEqual(counts(plain));
  });
});

describe('alternateFamilies', () => {
  it.each([
    [
      ['6a', '6b', '4a', '4b'],
      ['6a', '4a', '6b', '4b'],
    ],
    [
      ['4a', '4b', '4c', '6a'],
      ['4a', '6a', '4b', '4c'],
    ],
    [
      ['6a', '4a', '4b', '4c'],
      ['6a', '4a', '4b', '4c'],
    ],
    [
      ['4a', '4b'],
      ['4a', '4b'],
    ],
    [[], []],
  ])('%j → %j', (given, expected) => {
    const addresses = given.map((address) => (address.startsWith('6') ? v6(address) : v4(address)));
    expect(alternateFamilies(addresses).map(({ address }) => address)).toEqual(expected);
  });
});
