import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { loopbackName } from './fixtures/loopback.js';
import { type Responder, startResponder } from './fixtures/responder.js';
import { queryMulticastDns } from './multicast-dns.js';

const running: Responder[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((responder) => responder.close()));
});

const records = [
  { type: 'A', name: 'builder-1.local', ttl: 120, data: '192.0.2.7' },
  { type: 'AAAA', name: 'builder-1.local', ttl: 120, data: 'fd00::7' },
  { type: 'A', name: 'printer.local', ttl: 120, data: '192.0.2.8' },
] as const;

type Answering = Parameters<typeof startResponder>[0]['answer'];

async function respond(answer?: Answering): Promise<Responder> {
  const responder = await startResponder({
    family: 4,
    on: '127.0.0.1',
    records,
    ...(answer === undefined ? {} : { answer }),
  });
  running.push(responder);
  return responder;
}

function ask(name: string, { port }: Responder, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  return queryMulticastDns(name, { families: [4], interfaces: [loopbackName()], port, ...more });
}

describe('queryMulticastDns over IPv4 on loopback', () => {
  it('asks for both kinds of address, by unicast, and gets them', async () => {
    const responder = await respond();
    expect(await ask('builder-1.local', responder)).toEqual([
      { address: '192.0.2.7', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
    expect(responder.questions).toMatchObject([
      { name: 'builder-1.local', type: 'A', unicast: true },
      { name: 'builder-1.local', type: 'AAAA', unicast: true },
    ]);
  });

  it('minds neither case nor a dot at the end', async () => {
    const responder = await respond();
    expect(await ask('Builder-1.LOCAL.', responder)).toHaveLength(2);
  });

  it('takes an answer that has one kind alone', async () => {
    const responder = await respond();
    expect(await ask('printer.local', responder)).toEqual([{ address: '192.0.2.8', family: 4 }]);
  });

  it('answers with nothing where nobody knows the name', async () => {
    const responder = await respond();
    expect(await ask('nobody.local', responder, { timeoutMs: 200 })).toEqual([]);
  });

  it('asks once more when the first question was lost', async () => {
    let asked = 0;
    const responder = await respond((_, right, send) => {
      asked += 1;
      if (asked > 1) send(right);
    });
    expect(await ask('builder-1.local', responder, { timeoutMs: 15_000 })).toHaveLength(2);
    expect(asked).toBe(2);
  });

  it('takes the id of a multicast answer, 0, too', async () => {
    const responder = await respond((_, right, send) => send(withId(right, 0)));
    expect(await ask('builder-1.local', responder)).toHaveLength(2);
  });

  const foreign: [string, (query: Buffer, right: Buffer) => Buffer][] = [
    ['nonsense', () => Buffer.from('this is no DNS at all')],
    ['an empty packet', () => Buffer.alloc(0)],
    ['a packet cut in the middle', (_, right) => right.subarray(0, right.length - 3)],
    [
      'a header that promises 65535 answers',
      (query) => Buffer.concat([query.subarray(0, 2), Buffer.alloc(10, 255)]),
    ],
    ['a name that points at itself', (query) => pointerLoop(query)],
    ['its own question', (query) => query],
    ['the answer to another id', (query, right) => withId(right, (query.readUInt16BE(0) % 0xfffe) + 1)],
    ['an answer about another name', (query) => reply(query, { name: 'printer.local' })],
    ['an answer of another class', (query) => reply(query, { class: 'CH' })],
    ['a goodbye', (query) => reply(query, { ttl: 0 })],
    ['a failure', (_, right) => withRcode(right, 3)],
  ];

  it.each(foreign)('passes over %s, and takes the answer after it', async (_, forge) => {
    const responder = await respond((query, right, send) => {
      send(forge(query, right));
      send(right);
    });
    expect(await ask('builder-1.local', responder)).toEqual([
      { address: '192.0.2.7', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
  });

  it.each(foreign)('finds nothing where %s is all that comes', async (_, forge) => {
    const responder = await respond((query, right, send) => send(forge(query, right)));
    expect(await ask('builder-1.local', responder, { timeoutMs: 200 })).toEqual([]);
  });

  it('passes over an answer that leaves from another port than that of the protocol', async () => {
    const stranger = createSocket('udp4');
    const responder = await respond((_, right, send, from) => {
      const forged = Buffer.from(right);
      forged.writeUInt8(66, forged.indexOf(Buffer.from([192, 0, 2, 7])) + 3);
      stranger.send(forged, from.port, from.address, () => send(right));
    });
    expect(await ask('builder-1.local', responder)).toEqual([
      { address: '192.0.2.7', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
    stranger.close();
  });

  it('ends at once when aborted, with the reason', async () => {
    const responder = await respond(() => {});
    const stop = new AbortController();
    const asked = ask('builder-1.local', responder, { timeoutMs: 20_000, signal: stop.signal });
    const reason = new Error('the caller went home');
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect(ask('builder-1.local', responder, { signal: stop.signal })).rejects.toBe(reason);
  });

  it('answers many at once, each with its own', async () => {
    const responder = await respond();
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) => ask(i % 2 ? 'builder-1.local' : 'printer.local', responder)),
    );
    expect(all.map((addresses) => addresses.length)).toEqual(all.map((_, i) => (i % 2 ? 2 : 1)));
  });

  it('says so when there is no interface to ask on', async () => {
    await expect(queryMulticastDns('builder-1.local', { interfaces: ['nonesuch0'] })).rejects.toMatchObject({
      code: 'multicast-unavailable',
      message: expect.stringContaining('no network interface'),
    });
  });

  it.each(['', '.', 'a..local', `${'x'.repeat(64)}.local`, `${'x.'.repeat(126)}local`])(
    'refuses the name "%s"',
    async (name) => {
      await expect(queryMulticastDns(name)).rejects.toMatchObject({ code: 'invalid-name' });
    },
  );
});

function withId(packet: Buffer, id: number): Buffer {
  const changed = Buffer.from(packet);
  changed.writeUInt16BE(id, 0);
  return changed;
}

function withRcode(packet: Buffer, rcode: number): Buffer {
  const changed = Buffer.from(packet);
  changed.writeUInt8((changed.readUInt8(3) & 0xf0) | rcode, 3);
  return changed;
}

function reply(query: Buffer, change: { name?: string; class?: 'CH'; ttl?: number }): Buffer {
  const answer = { type: 'A', name: 'builder-1.local', ttl: 120, data: '192.0.2.66', ...change } as const;
  return encode({ type: 'response', id: query.readUInt16BE(0), answers: [answer] });
}

function pointerLoop(query: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  query.copy(header, 0, 0, 2);
  return Buffer.concat([header, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 120, 0, 4, 192, 0, 2, 66])]);
}
