import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetworkLab, createNetworkLab, missingForNetworkLab } from './fixtures/network-lab.js';

const missing = missingForNetworkLab();
// With CI=true nothing is skipped: the lab then fails to start, with the reason.
const skipped = missing !== undefined && process.env['CI'] !== 'true';
const why = missing === undefined ? '' : `: this machine lacks ${missing}`;

const records = [
  { type: 'A', name: 'builder-1.local', ttl: 120, data: '10.78.1.2' },
  { type: 'AAAA', name: 'builder-1.local', ttl: 120, data: 'fe80::2' },
  { type: 'AAAA', name: 'builder-1.local', ttl: 120, data: 'fd00:78:1::2' },
  { type: 'AAAA', name: 'nearby.local', ttl: 120, data: 'fe80::2' },
];
const everything = [
  { address: '10.78.1.2', family: 4 },
  { address: 'fe80::2', family: 6 },
  { address: 'fd00:78:1::2', family: 6 },
];

describe.skipIf(skipped)(`two hosts on two cables${why}`, () => {
  let lab: NetworkLab;
  beforeAll(async () => {
    if (missing !== undefined) throw new Error(`The network lab needs ${missing}; install or allow it.`);
    lab = await createNetworkLab();
    await lab.responder.respond({ responder: { family: 4, on: '10.78.1.2', port: 5353, records } });
    await lab.responder.respond({ responder: { family: 6, on: '::%lan0', port: 5353, records } });
    await lab.responder.respond({
      responder: {
        family: 4,
        on: '10.78.2.2',
        port: 5399,
        records: [{ type: 'A', name: 'second.local', ttl: 120, data: '10.78.2.2' }],
      },
    });
  });
  afterAll(() => lab?.close());

  it.each([[4], [6]])('asks by multicast over IPv%i', async (family) => {
    const { value } = await lab.asker.ask('query', 'builder-1.local', {
      families: [family],
      timeoutMs: 20_000, // the first packet over a new cable may be lost, and the question is repeated
    });
    expect(value).toEqual(everything);
  });

  it('asks on every interface and over both versions at once', async () => {
    expect((await lab.asker.ask('query', 'builder-1.local')).value).toEqual(everything);
    expect((await lab.asker.ask('query', 'second.local', { port: 5399 })).value).toEqual([
      { address: '10.78.2.2', family: 4 },
    ]);
  });

  it('asks on the interface alone that it is told', async () => {
    const options = { timeoutMs: 300, families: [6] };
    const elsewhere = await lab.asker.ask('query', 'builder-1.local', { ...options, interfaces: ['lan1'] });
    expect(elsewhere.value).toEqual([]);
    const there = await lab.asker.ask('query', 'builder-1.local', { ...options, interfaces: ['lan0'] });
    expect(there.value).toEqual(everything);
  });

  it('asks on the other interfaces where one has no multicast', async () => {
    const found = await lab.asker.ask('query', 'builder-1.local', {
      families: [6],
      interfaces: ['lo', 'lan0'],
    });
    expect(found.value).toEqual(everything);
  });

  it('says so where no interface has multicast', async () => {
    const { error } = await lab.asker.ask('query', 'builder-1.local', { families: [6], interfaces: ['lo'] });
    expect(error).toMatchObject({ code: 'multicast-unavailable' });
    expect(error?.message).toContain('none of the interfaces lo can send multicast');
  });

  it('resolves a .local name with every default, and refuses the link-local address', async () => {
    const { value } = await lab.asker.ask('resolve', 'builder-1.local');
    expect(value).toEqual({
      host: 'builder-1.local',
      addresses: [everything[0], everything[2]],
      source: 'mdns',
      refused: [{ address: 'fe80::2', reason: 'link-local' }],
    });
    const { error } = await lab.asker.ask('resolve', 'nearby.local');
    expect(error).toMatchObject({ code: 'address-refused', host: 'nearby.local' });
  });

  it('does not find a .local name that nobody has, and takes the fallback', async () => {
    const { error } = await lab.asker.ask('resolve', 'nobody.local');
    expect(error).toMatchObject({ code: 'host-not-found', host: 'nobody.local' });
    const { value } = await lab.asker.ask('resolve', 'nobody.local', '10.78.1.2');
    expect(value).toMatchObject({ source: 'fallback', addresses: [everything[0]] });
  });

  it('takes no answer from outside of the local network', async () => {
    const stranger = '198.51.100.7';
    const forged = [{ type: 'A', name: 'forged.local', ttl: 120, data: '198.51.100.66' }];
    await lab.responder.run('ip', 'addr', 'add', `${stranger}/32`, 'dev', 'lo');
    await lab.responder.respond({
      responder: { family: 4, on: '10.78.1.2', port: 5400, records: forged },
      from: stranger,
    });
    const query = () => lab.asker.ask('query', 'forged.local', { port: 5400, families: [4], timeoutMs: 300 });
    await lab.asker.run('ip', 'route', 'add', '198.51.100.0/24', 'dev', 'lan0');
    expect((await query()).value).toEqual([]);
    // The same answer counts once its sender is on the network: so it did arrive before.
    await lab.asker.run('ip', 'addr', 'add', '198.51.100.1/24', 'dev', 'lan0');
    expect((await query()).value).toEqual([{ address: '198.51.100.66', family: 4 }]);
  });

  it('finds the LAN address by the gateway, the DNS server, or the default route', async () => {
    const lan = async (options?: object) => (await lab.asker.ask('lan', ...(options ? [options] : []))).value;
    expect(await lan()).toBeUndefined();
    expect(await lan({ gateway: '10.78.2.9' })).toBe('10.78.2.1');
    expect(await lan({ gateway: 'fd00:78:2::9' })).toBe('fd00:78:2::1');
    expect(await lan({ dns: '10.78.1.53' })).toBe('10.78.1.1');
    await lab.asker.run('ip', '-6', 'route', 'add', 'default', 'via', 'fd00:78:1::2');
    expect(await lan()).toBe('fd00:78:1::1');
    await lab.asker.run('ip', 'route', 'add', 'default', 'via', '10.78.2.2', 'metric', '50');
    await lab.asker.run('ip', 'route', 'add', 'default', 'via', '10.78.1.2', 'metric', '100');
    expect(await lan()).toBe('10.78.2.1');
    for (const route of ['-4 route del default', '-4 route del default', '-6 route del default']) {
      await lab.asker.run('ip', ...route.split(' '));
    }
  });

  it('connects over IPv4 at once where IPv6 leads nowhere, and says so where nothing does', async () => {
    const nowhere = { address: '2001:db8::1', family: 6 };
    const { value } = await lab.asker.ask('resolve', '10.78.1.2');
    expect(value).toMatchObject({ source: 'literal' });
    const { error } = await lab.asker.ask('connect', [nowhere, { address: '203.0.113.1', family: 4 }], 22);
    expect(error).toMatchObject({
      code: 'network-unreachable',
      attempts: [{ address: '2001:db8::1' }, { address: '203.0.113.1' }],
    });
    const refused = await lab.asker.ask('connect', [nowhere, { address: '10.78.1.2', family: 4 }], 9);
    expect(refused.error).toMatchObject({ code: 'connection-refused' });
  });

  it('knows the bridge of an engine, also while no container runs and Node does not list it', async () => {
    await lab.asker.run('ip', 'link', 'add', 'docker0', 'type', 'bridge');
    await lab.asker.run('ip', 'link', 'add', 'veth7', 'type', 'veth', 'peer', 'name', 'inside');
    for (const words of ['veth7 master docker0', 'veth7 up', 'inside up', 'docker0 up']) {
      await lab.asker.run('ip', 'link', 'set', ...words.split(' '));
    }
    await lab.asker.run('ip', 'addr', 'add', '172.17.0.1/16', 'dev', 'docker0');
    await lab.asker.run('ip', 'addr', 'add', 'fd00:d0c::1/64', 'dev', 'docker0', 'nodad');
    const running = (await lab.asker.ask('bridges')).value;
    expect(running).toEqual(expect.arrayContaining(['172.17.0.1/16', 'fd00:d0c::1/64']));
    await lab.asker.run('ip', 'link', 'del', 'veth7');
    await expect
      .poll(() => lab.asker.run('ip', '-json', 'link', 'show', 'docker0'))
      .toContain('"operstate":"DOWN"');
    const idle = (await lab.asker.ask('bridges')).value;
    expect(idle).toEqual(
      expect.arrayContaining(['172.17.0.0/16', 'fd00:0d0c:0000:0000:0000:0000:0000:0001/64']),
    );
    expect(String(running) + String(idle)).not.toContain('10.78.');
  });
});
