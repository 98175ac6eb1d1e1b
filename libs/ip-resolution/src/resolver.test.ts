import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Address } from './address.js';
import { loopbackName } from './fixtures/loopback.js';
import { startResponder } from './fixtures/responder.js';
import { queryMulticastDns } from './multicast-dns.js';
import { type ResolverOptions, createResolver } from './resolver.js';

const v4 = (address: string): Address => ({ address, family: 4 });
const v6 = (address: string): Address => ({ address, family: 6 });

/** A source that counts its calls and answers from a table; a name that is not in it is not found. */
function table(entries: Record<string, Address[]>) {
  const calls: string[] = [];
  const lookup = async (host: string) => {
    calls.push(host);
    const found = entries[host];
    if (found === undefined) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
    return found;
  };
  return { calls, lookup };
}

/** A source that answers when told to. */
function held() {
  const asked: { resolve: (addresses: Address[]) => void; signal: AbortSignal | undefined }[] = [];
  const ask = (_: string, signal?: AbortSignal) =>
    new Promise<Address[]>((resolve, reject) => {
      asked.push({ resolve, signal });
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  return { asked, ask };
}

function resolverWith(options: Partial<ResolverOptions>) {
  return createResolver({ cacheTtlMs: 300_000, interfaces: () => ({}), mdns: async () => [], ...options });
}

describe('an address that the user wrote', () => {
  it.each([
    ['192.168.1.27', '192.168.1.27', 4],
    ['127.0.0.1', '127.0.0.1', 4],
    ['::1', '::1', 6],
    ['[fd00::5]', 'fd00::5', 6],
    ['fe80::1%eth0', 'fe80::1%eth0', 6],
    ['172.17.0.2', '172.17.0.2', 4],
  ])('%s is used as written, and nothing is asked', async (host, address, family) => {
    const { calls, lookup } = table({});
    const resolver = resolverWith({ lookup, interfaces: () => ({ docker0: [bridge] }) });
    expect(await resolver.resolve(host)).toEqual({
      host,
      addresses: [{ address, family }],
      source: 'literal',
      refused: [],
    });
    expect(calls).toEqual([]);
  });
});

describe('a name', () => {
  it('is asked of the system resolver: the order stays, repeats go', async () => {
    const { lookup } = table({ n1: [v6('fd00::5'), v4('10.0.0.5'), v6('fd00::5')] });
    expect(await resolverWith({ lookup }).resolve('n1')).toEqual({
      host: 'n1',
      addresses: [v6('fd00::5'), v4('10.0.0.5')],
      source: 'dns',
      refused: [],
    });
  });

  it('keeps the addresses that a remote node can have, and says what it refused', async () => {
    const { lookup } = table({
      n1: [v4('127.0.1.1'), v4('172.17.0.1'), v4('172.18.0.4'), v6('fe80::5'), v4('10.0.0.5')],
    });
    const resolver = resolverWith({ lookup, interfaces: () => ({ docker0: [bridge] }) });
    expect(await resolver.resolve('n1')).toMatchObject({
      addresses: [v4('172.18.0.4'), v4('10.0.0.5')],
      refused: [
        { address: '127.0.1.1', reason: 'loopback' },
        { address: '172.17.0.1', reason: 'container-bridge' },
        { address: 'fe80::5', reason: 'link-local' },
      ],
    });
  });

  it('"localhost" of the real system resolver is refused for a remote node', async () => {
    const resolver = createResolver({ cacheTtlMs: 1_000 });
    await expect(resolver.resolve('localhost')).rejects.toMatchObject({
      name: 'ResolutionError',
      code: 'address-refused',
      host: 'localhost',
      refused: expect.arrayContaining([expect.objectContaining({ reason: 'loopback' })]),
      message: expect.stringMatching(/"localhost" resolves to nothing but .*\(loopback\)/),
    });
  });

  it('that is refused gives way to the fallback, as written', async () => {
    const { lookup } = table({ n1: [v4('127.0.1.1')] });
    expect(await resolverWith({ lookup }).resolve('n1', { fallback: '127.0.0.2' })).toEqual({
      host: 'n1',
      addresses: [v4('127.0.0.2')],
      source: 'fallback',
      refused: [{ address: '127.0.1.1', reason: 'loopback' }],
    });
  });

  it('that nobody knows gives way to the fallback', async () => {
    const resolver = resolverWith({ lookup: table({}).lookup });
    expect(await resolver.resolve('n1', { fallback: '192.168.1.27' })).toMatchObject({
      addresses: [v4('192.168.1.27')],
      source: 'fallback',
    });
  });

  it('that nobody knows is not found, and the error says who was asked and what to do', async () => {
    const resolver = resolverWith({ lookup: table({}).lookup });
    await expect(resolver.resolve('n1')).rejects.toMatchObject({
      code: 'host-not-found',
      host: 'n1',
      refused: [],
      message: expect.stringMatching(/ENOTFOUND n1.*Check the name/s),
      cause: expect.objectContaining({ message: 'getaddrinfo ENOTFOUND n1' }),
    });
  });

  it.each(['', 'a b', 'x'.repeat(300), 'n1\0.lab', '-oProxyCommand'])(
    '"%s" is not found by the real system resolver',
    async (host) => {
      const resolver = createResolver({ cacheTtlMs: 1_000 });
      await expect(resolver.resolve(host)).rejects.toMatchObject({ code: 'host-not-found', host });
    },
  );

  it('has a fallback that is no address: the error says so', async () => {
    const resolver = resolverWith({ lookup: table({}).lookup });
    await expect(resolver.resolve('n1', { fallback: 'n1.lan' })).rejects.toMatchObject({
      code: 'host-not-found',
      message: expect.stringContaining('The fallback "n1.lan" is not an IP address.'),
    });
  });

  it('that takes too long is given up, and the late answer remembered', async () => {
    const { asked, ask } = held();
    const resolver = resolverWith({ lookup: (host) => ask(host), lookupTimeoutMs: 20 });
    await expect(resolver.resolve('n1')).rejects.toMatchObject({
      code: 'host-not-found',
      message: expect.stringContaining('no answer within 20 ms'),
    });
    asked[0]?.resolve([v4('10.0.0.5')]);
    await expect
      .poll(() => resolver.resolve('n1', { fallback: '192.0.2.1' }))
      .toMatchObject({ addresses: [v4('10.0.0.5')], source: 'cache' });
    expect(asked).toHaveLength(1);
  });
});

describe('the cache', () => {
  it('answers until the time to live is over, whatever the case of the name', async () => {
    let clock = 1_000;
    const { calls, lookup } = table({ n1: [v4('10.0.0.5')] });
    const resolver = resolverWith({ lookup, cacheTtlMs: 300_000, now: () => clock });
    expect((await resolver.resolve('n1')).source).toBe('dns');
    clock += 299_999;
    expect(await resolver.resolve('N1')).toMatchObject({ addresses: [v4('10.0.0.5')], source: 'cache' });
    clock += 1;
    expect((await resolver.resolve('n1')).source).toBe('dns');
    expect(calls).toEqual(['n1', 'n1']);
  });

  it('is not believed after the clock was set back', async () => {
    let clock = 1_000_000;
    const { calls, lookup } = table({ n1: [v4('10.0.0.5')] });
    const resolver = resolverWith({ lookup, now: () => clock });
    await resolver.resolve('n1');
    clock = 0;
    expect((await resolver.resolve('n1')).source).toBe('dns');
    expect(calls).toHaveLength(2);
  });

  it('is off with a time to live of 0', async () => {
    const { calls, lookup } = table({ n1: [v4('10.0.0.5')] });
    const resolver = resolverWith({ lookup, cacheTtlMs: 0 });
    await resolver.resolve('n1');
    await resolver.resolve('n1');
    expect(calls).toHaveLength(2);
  });

  it('remembers a failure for a short time only', async () => {
    let clock = 0;
    const entries: Record<string, Address[]> = {};
    const { calls, lookup } = table(entries);
    const resolver = resolverWith({ lookup, now: () => clock });
    await expect(resolver.resolve('n1')).rejects.toMatchObject({ code: 'host-not-found' });
    entries['n1'] = [v4('10.0.0.5')];
    clock = 1_999;
    await expect(resolver.resolve('n1')).rejects.toMatchObject({ code: 'host-not-found' });
    expect((await resolver.resolve('n1', { fallback: '192.0.2.9' })).source).toBe('fallback');
    expect(calls).toHaveLength(1);
    clock = 2_000;
    expect((await resolver.resolve('n1')).source).toBe('dns');
  });

  it('forgets a host when told to', async () => {
    const entries = { n1: [v4('10.0.0.5')], n2: [v4('10.0.0.6')] };
    const { calls, lookup } = table(entries);
    const resolver = resolverWith({ lookup });
    await resolver.resolve('n1');
    await resolver.resolve('n2');
    entries.n1 = [v4('10.0.0.77')];
    resolver.forget('N1');
    expect((await resolver.resolve('n1')).addresses).toEqual([v4('10.0.0.77')]);
    expect((await resolver.resolve('n2')).source).toBe('cache');
    expect(calls).toEqual(['n1', 'n2', 'n1']);
  });

  it('does not take an answer to a question from before the host was forgotten', async () => {
    const { asked, ask } = held();
    const resolver = resolverWith({ lookup: (host) => ask(host) });
    const before = resolver.resolve('n1');
    resolver.forget('n1');
    const after = resolver.resolve('n1');
    asked[1]?.resolve([v4('10.0.0.2')]);
    expect((await after).addresses).toEqual([v4('10.0.0.2')]);
    asked[0]?.resolve([v4('10.0.0.1')]);
    expect((await before).addresses).toEqual([v4('10.0.0.1')]);
    expect(await resolver.resolve('n1')).toMatchObject({ addresses: [v4('10.0.0.2')], source: 'cache' });
  });
});

describe('callers at once', () => {
  it('share one look-up for each host', async () => {
    const { calls, lookup } = table({ n1: [v4('10.0.0.1')], n2: [v4('10.0.0.2')] });
    const resolver = resolverWith({ lookup });
    const hosts = Array.from({ length: 64 }, (_, i) => (i % 2 ? 'n1' : 'n2'));
    const found = await Promise.all(hosts.map((host) => resolver.resolve(host)));
    expect(found.map(({ host }) => host)).toEqual(hosts);
    expect(calls.toSorted()).toEqual(['n1', 'n2']);
  });

  it('share one failure, and each may have a fallback of its own', async () => {
    const { calls, lookup } = table({});
    const resolver = resolverWith({ lookup });
    const [without, first, second] = await Promise.allSettled([
      resolver.resolve('n1'),
      resolver.resolve('n1', { fallback: '192.0.2.1' }),
      resolver.resolve('n1', { fallback: '192.0.2.2' }),
    ]);
    expect(without).toMatchObject({ status: 'rejected', reason: { code: 'host-not-found' } });
    expect(first).toMatchObject({ value: { addresses: [v4('192.0.2.1')] } });
    expect(second).toMatchObject({ value: { addresses: [v4('192.0.2.2')] } });
    expect(calls).toHaveLength(1);
  });

  it('are not disturbed by one that leaves', async () => {
    const { asked, ask } = held();
    const resolver = resolverWith({ lookup: (host) => ask(host) });
    const leaver = new AbortController();
    const left = resolver.resolve('n1', { signal: leaver.signal });
    const stayed = resolver.resolve('n1');
    const reason = new Error('gone');
    leaver.abort(reason);
    await expect(left).rejects.toBe(reason);
    asked[0]?.resolve([v4('10.0.0.1')]);
    expect((await stayed).addresses).toEqual([v4('10.0.0.1')]);
    expect(asked).toHaveLength(1);
  });

  it('end the multicast query when the last of them leaves, and the failure is not remembered', async () => {
    const dns = held();
    const mdns = held();
    const resolver = resolverWith({ lookup: (host) => dns.ask(host), mdns: mdns.ask });
    const leaver = new AbortController();
    const left = resolver.resolve('n1.local', { signal: leaver.signal });
    leaver.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect(mdns.asked[0]?.signal?.aborted).toBe(true);
    const again = resolver.resolve('n1.local');
    mdns.asked[1]?.resolve([v4('10.0.0.1')]);
    expect(await again).toMatchObject({ addresses: [v4('10.0.0.1')], source: 'mdns' });
  });

  it('that have left already ask nothing', async () => {
    const { calls, lookup } = table({ n1: [v4('10.0.0.1')] });
    const resolver = resolverWith({ lookup });
    await expect(resolver.resolve('n1', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(calls).toEqual([]);
  });
});

describe('a .local name', () => {
  it('is asked of multicast DNS, really', async () => {
    const records = [{ type: 'A', name: 'n1.local', ttl: 120, data: '192.0.2.7' }] as const;
    const responder = await startResponder({ family: 4, on: '127.0.0.1', records });
    const resolver = createResolver({
      cacheTtlMs: 300_000,
      lookup: table({}).lookup,
      mdns: (host, signal) =>
        queryMulticastDns(host, {
          interfaces: [loopbackName()],
          families: [4],
          port: responder.port,
          signal,
        }),
    });
    expect(await resolver.resolve('n1.local')).toMatchObject({
      addresses: [v4('192.0.2.7')],
      source: 'mdns',
    });
    expect(await resolver.resolve('n1.local')).toMatchObject({ source: 'cache' });
    expect(responder.questions).toHaveLength(2);
    await responder.close();
  });

  it.each([['n1.local'], ['N1.Local.']])('%s waits for no slow system resolver', async (host) => {
    const dns = held();
    const resolver = resolverWith({ lookup: (name) => dns.ask(name), mdns: async () => [v4('10.0.0.1')] });
    expect(await resolver.resolve(host)).toMatchObject({ addresses: [v4('10.0.0.1')], source: 'mdns' });
  });

  it('waits for no silent network, and stops asking it', async () => {
    const mdns = held();
    const resolver = resolverWith({ lookup: async () => [v4('10.0.0.1')], mdns: mdns.ask });
    expect(await resolver.resolve('n1.local')).toMatchObject({ source: 'dns' });
    expect(mdns.asked[0]?.signal?.aborted).toBe(true);
  });

  it('takes what multicast DNS says where the system has nothing but refused addresses', async () => {
    const resolver = resolverWith({
      lookup: async () => [v4('127.0.1.1')],
      mdns: async () => [v6('fe80::1'), v4('10.0.0.1')],
    });
    expect(await resolver.resolve('n1.local')).toMatchObject({ addresses: [v4('10.0.0.1')], source: 'mdns' });
  });

  it('is refused with what both said', async () => {
    const resolver = resolverWith({
      lookup: async () => [v4('127.0.1.1')],
      mdns: async () => [v4('127.0.1.1'), v6('fe80::1')],
    });
    await expect(resolver.resolve('n1.local')).rejects.toMatchObject({
      code: 'address-refused',
      refused: [
        { address: '127.0.1.1', reason: 'loopback' },
        { address: 'fe80::1', reason: 'link-local' },
      ],
    });
  });

  it('is not found with the causes of both', async () => {
    const resolver = resolverWith({
      lookup: table({}).lookup,
      mdns: async () => {
        throw new Error('no interface');
      },
    });
    await expect(resolver.resolve('n1.local')).rejects.toMatchObject({
      code: 'host-not-found',
      message: expect.stringMatching(/ENOTFOUND n1\.local; no interface|no interface; .*ENOTFOUND n1\.local/),
      cause: expect.any(AggregateError),
    });
  });

  it.each(['n1.lan', 'local', 'n1.local.example.org', 'n1local'])(
    '%s is none, and multicast DNS is not asked',
    async (host) => {
      const mdns = table({ [host]: [v4('10.0.0.1')] });
      const resolver = resolverWith({ lookup: table({}).lookup, mdns: mdns.lookup });
      await expect(resolver.resolve(host)).rejects.toMatchObject({ code: 'host-not-found' });
      expect(mdns.calls).toEqual([]);
    },
  );
});

const bridge: NetworkInterfaceInfo = {
  address: '172.17.0.1',
  netmask: '255.255.0.0',
  family: 'IPv4',
  mac: '02:42:00:00:00:01',
  internal: false,
  cidr: '172.17.0.1/16',
};
