import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../connection/stream.js';
import { moment, setUpNode } from './testing/node.js';

const { open, node, target, refusal, printed } = setUpNode();

describe('while a command runs', () => {
  it('notices that the host has frozen', async () => {
    const transport = open({ keepaliveMs: 200 });
    const started = moment();
    const running = transport.run(target(), { command: 'sleep 1000', onStart: () => started.resolve() });
    await started.promise;
    const since = performance.now();
    await node().freeze();
    try {
      expect((await running).exit).toEqual({ kind: 'lost' });
      expect(performance.now() - since).toBeLessThan(8_000);
    } finally {
      await node().thaw();
    }
    expect((await transport.run(target(), { command: 'exit 5' })).exit).toEqual({ kind: 'exited', code: 5 });
  });

  it('calls a command lost whose connection is cut, whatever it had said', async () => {
    const transport = open();
    const spoke = moment();
    let bytes = 0;
    const running = transport.run(target(), {
      command: 'echo begun; sleep 1000',
      onOutput: (_stream, chunk) => {
        bytes += chunk.length;
        spoke.resolve();
      },
    });
    await spoke.promise;
    await node().dropConnections();
    expect((await running).exit).toEqual({ kind: 'lost' });
    expect(bytes).toBe('begun\n'.length);
    expect(transport.connections).toBe(0);
  });

  it('gives what came before a cut in the middle of output, in order, and nothing after the end', async () => {
    const transport = open();
    const enough = moment();
    const chunks: Buffer[] = [];
    let over = false;
    const running = transport.run(target(), {
      command: 'seq 1 100000000',
      onOutput: (_stream, chunk) => {
        expect(over).toBe(false);
        if (chunks.push(chunk) > 100) enough.resolve();
      },
    });
    await enough.promise;
    await node().dropConnections();
    expect((await running).exit).toEqual({ kind: 'lost' });
    over = true;
    const said = Buffer.concat(chunks).toString();
    const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.findIndex((line, index) => line !== String(index + 1))).toBe(-1);
    expect(await printed(transport, 'echo on')).toBe('on\n');
  });

  it('does not hang when the connection is cut while it cancels', async () => {
    const controller = new AbortController();
    const started = moment();
    const running = open().run(target(), {
      command: `trap '' INT TERM; while :; do sleep 0.05; done`,
      signal: controller.signal,
      onStart: () => started.resolve(),
    });
    await started.promise;
    controller.abort();
    await node().dropConnections();
    const { exit } = await running;
    expect(exit.kind).toMatch(/^(cancelled|lost)$/);
    if (exit.kind === 'cancelled') expect(exit.stopped).toMatch(/^(unknown|yes)$/);
  });

  it('does not know whether a command has ended on a host that is dead when it is cancelled', async () => {
    const controller = new AbortController();
    const started = moment();
    const running = open({ connectTimeoutMs: 300, keepaliveMs: 200 }).run(target(), {
      command: 'sleep 1000',
      signal: controller.signal,
      onStart: () => started.resolve(),
    });
    await started.promise;
    await node().freeze();
    try {
      controller.abort();
      expect((await running).exit).toEqual({ kind: 'cancelled', stopped: 'unknown' });
    } finally {
      await node().thaw();
    }
  });

  it('ends its commands when it is closed, and says that their end was not seen', async () => {
    const transport = open();
    const started = moment();
    const running = transport.run(target(), { command: 'sleep 1000', onStart: () => started.resolve() });
    await started.promise;
    transport.close();
    expect((await running).exit).toEqual({ kind: 'lost' });
  });

  it('knows that nothing ran where the server was gone before it heard of the command', async () => {
    const transport = open();
    await transport.run(target(), { command: 'true' });
    await node().stop();
    // At once: the connection’s end has not been read yet.
    const dead = refusal(transport);
    await expect(dead).resolves.toMatchObject({ code: 'connection-refused' });
    await node().start();
    const again = transport.run(target(), { command: 'exit 6' });
    expect((await again).exit).toEqual({ kind: 'exited', code: 6 });
  });

  it('calls all that ran lost when the server is started anew, and runs what comes then', async () => {
    const transport = open();
    const starts = Array.from({ length: 20 }, () => moment());
    const running = starts.map((start) =>
      transport.run(target(), { command: 'sleep 1000', onStart: () => start.resolve() }),
    );
    await Promise.all(starts.map(({ promise }) => promise));
    await node().stop();
    await node().start();
    const exits = (await Promise.all(running)).map(({ exit }) => exit);
    expect(exits).toEqual(exits.map(() => ({ kind: 'lost' })));
    expect((await transport.run(target(), { command: 'exit 5' })).exit).toEqual({ kind: 'exited', code: 5 });
  });

  it('goes on with a new connection after the server was started anew', async () => {
    const transport = open();
    await transport.run(target(), { command: 'true' });
    await node().stop();
    await node().start();
    expect(await printed(transport, 'echo again')).toBe('again\n');
  });
});

describe('afterwards', () => {
  it.each(['idle', 'frozen', 'at work'])('leaves no socket after close: %s', async (state) => {
    const sockets: Socket[] = [];
    const transport = open({
      openSocket: async (destination, signal) => {
        const socket = await openSocket(destination, signal);
        sockets.push(socket);
        return socket;
      },
    });
    await transport.run(target(), { command: 'true' });
    const started = moment();
    const command = state === 'at work' ? 'sleep 1000' : ':';
    const running = transport.run(target(), { command, onStart: () => started.resolve() });
    await (state === 'at work' ? started.promise : running);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false]);
    if (state === 'frozen') await node().freeze();
    try {
      transport.close();
      await expect.poll(() => sockets[0]?.destroyed, { timeout: 5_000 }).toBe(true);
    } finally {
      await node().thaw();
    }
    expect((await running).exit.kind).toBe(state === 'at work' ? 'lost' : 'exited');
  });

  it('closes a connection that nobody uses', async () => {
    const transport = open({ idleMs: 100 });
    await transport.greeting(target());
    expect(transport.connections).toBe(1);
    await expect.poll(() => transport.connections, { timeout: 5_000 }).toBe(0);
    await transport.run(target(), { command: 'true' });
    await expect.poll(() => transport.connections, { timeout: 5_000 }).toBe(0);
    expect(await printed(transport, 'echo back')).toBe('back\n');
  });
});
