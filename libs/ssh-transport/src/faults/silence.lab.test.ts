import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../connection/stream.js';
import type { TransportOptions } from '../options.js';
import { moment, setUpNode } from './testing/node.js';

const { here, open, node, target, refusal, printed } = setUpNode();

describe('a node that is dead', () => {
  /** Counts how often somebody is asked. */
  function counted(over: Partial<TransportOptions> = {}) {
    let asked = 0;
    const transport = open({
      connectTimeoutMs: 300,
      random: () => 1,
      openSocket: (destination, signal) => {
        asked += 1;
        return openSocket(destination, signal);
      },
      ...over,
    });
    return { transport, asked: () => asked };
  }

  it('costs the second caller nothing; is found again once it is back', async () => {
    const clock = { ms: 0 };
    const { transport, asked } = counted({ now: () => performance.now() + clock.ms });
    await node().freeze();
    try {
      const first = await refusal(transport);
      expect(first).toMatchObject({ code: 'connection-timed-out', retryAfterMs: undefined });
      const since = performance.now();
      const next = await Promise.all([refusal(transport), refusal(transport), refusal(transport)]);
      expect(performance.now() - since).toBeLessThan(200);
      for (const error of next)
        expect(error).toMatchObject({
          code: 'connection-timed-out',
          message: expect.stringMatching(
            /did not say a word within 0\.3 s\. It is tried again in 0\.\d s\.$/,
          ),
          retryAfterMs: expect.any(Number),
          hint: expect.any(String),
        });
      expect(asked()).toBe(1);
      clock.ms += 500;
      expect(await Promise.all([refusal(transport), refusal(transport)])).toMatchObject([
        { code: 'connection-timed-out' },
        { code: 'connection-timed-out' },
      ]);
      expect(asked()).toBe(2);
    } finally {
      await node().thaw();
    }
    expect(await refusal(transport)).toMatchObject({ code: 'connection-timed-out' });
    clock.ms += 10_000;
    const back = await Promise.all([1, 2, 3].map(() => printed(transport, 'echo back')));
    expect(back).toEqual(['back\n', 'back\n', 'back\n']);
    expect(asked()).toBe(3);
  });

  it('is the same for every name and user that lead there', async () => {
    const { transport, asked } = counted();
    await node().freeze();
    try {
      await refusal(transport);
      expect(await refusal(transport, 'true', { ...target(), user: 'nobody' })).toMatchObject({
        code: 'connection-timed-out',
        retryAfterMs: expect.any(Number),
      });
      expect(asked()).toBe(1);
    } finally {
      await node().thaw();
    }
  });

  it('is not one that is asked while a call is cancelled, nor one that refuses a user', async () => {
    const { transport } = counted({ connectTimeoutMs: 20_000 });
    await node().freeze();
    const controller = new AbortController();
    const running = transport.run(target(), { command: 'true', signal: controller.signal });
    controller.abort();
    expect((await running).exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
    await node().thaw();
    expect(await refusal(transport, 'true', { ...target(), user: 'nobody' })).toMatchObject({
      code: 'authentication-failed',
    });
    expect(await refusal(transport, 'exit 7')).toEqual({ kind: 'exited', code: 7 });
  });
});

describe('a connection that falls silent', () => {
  /** Through which some bytes may no longer pass. */
  async function startRelay() {
    const pairs: [Socket, Socket][] = [];
    const wedged: [Socket, Socket][] = [];
    const relay = createServer((near) => {
      const far = connect({ host: node().host, port: node().port, noDelay: true });
      pairs.push([near.setNoDelay(), far]);
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    const { port } = relay.address() as AddressInfo;
    return {
      over: {
        keepaliveMs: 600_000, // else that would notice in the end
        openSocket: (destination, signal) => openSocket({ ...destination, port }, signal),
      } satisfies Partial<TransportOptions>,
      wedge() {
        for (const [near, far] of pairs) {
          near.unpipe(far).pause();
          far.unpipe(near).pause();
          wedged.push([near, far]);
        }
      },
      release() {
        for (const [near, far] of wedged.splice(0)) near.pipe(far).pipe(near);
      },
      count: () => pairs.length,
      [Symbol.asyncDispose]: async () => {
        for (const socket of pairs.flat()) socket.destroy();
        await new Promise((resolve) => relay.close(resolve));
      },
    };
  }

  it('gives up its calls to another one where nothing has begun on it', async () => {
    await using relay = await startRelay();
    const transport = open(relay.over);
    await transport.run(target(), { command: 'true' });
    relay.wedge();
    const ran = here('ran-once');
    const calls = [5, 6].map((code) => refusal(transport, `echo >>${ran}; exit ${code}`));
    expect(await Promise.all(calls)).toEqual([5, 6].map((code) => ({ kind: 'exited', code })));
    relay.release();
    expect(await readFile(ran, 'utf8')).toBe('\n\n');
    expect([transport.connections, relay.count()]).toEqual([1, 2]);
  });

  it('keeps what has begun on it, and does not hold up what comes then', async () => {
    await using relay = await startRelay();
    const transport = open(relay.over);
    const started = moment();
    const running = transport.run(target(), {
      command: `until [ -e ${here('over')} ]; do sleep 0.05; done; exit 7`,
      onStart: () => started.resolve(),
    });
    await started.promise;
    relay.wedge();
    const waiting = refusal(transport, 'exit 8');
    await expect.poll(() => transport.connections, { timeout: 20_000 }).toBe(2);
    expect(await refusal(transport, 'exit 9')).toEqual({ kind: 'exited', code: 9 });
    relay.release();
    await writeFile(here('over'), '');
    expect(await waiting).toEqual({ kind: 'exited', code: 8 });
    expect((await running).exit).toEqual({ kind: 'exited', code: 7 });
  });

  it('tells of a host that has frozen, long before it would be noticed', async () => {
    const transport = open({ keepaliveMs: 600_000, connectTimeoutMs: 300 });
    await transport.run(target(), { command: 'true' });
    await node().freeze();
    try {
      expect(await refusal(transport)).toMatchObject({ code: 'connection-timed-out' });
    } finally {
      await node().thaw();
    }
  });
});
