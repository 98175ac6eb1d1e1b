import { describe, expect, test } from 'vitest';
import { loadConfiguration } from './load-configuration.js';
import { createRegistry } from './registry.js';

const machine = {
  hostname: 'laptop',
  addresses: ['192.168.1.9'],
  os: 'linux',
  arch: 'x86_64',
  cores: 8,
} as const;
const inventory = `
groups: { farm: "builder,n[1-4]", most: "@farm!n2", both: "@farm,@most" }
nodes:
  - { id: builder-1, host: builder-1.local, fallbackIp: 192.168.1.27, aliases: [Builder], os: macos, maxTasks: 2 }
  - { id: "n[1-4]", host: "n[1-4].lab" }
`;

function build(text: string, more: Partial<Parameters<typeof createRegistry>[0]> = {}) {
  const file = { path: 'cluster.yaml', text };
  const { configuration } = loadConfiguration({ file, env: {}, home: '/home/dev' });
  return createRegistry({ configuration, machine, ...more });
}

describe('the local node', () => {
  test('is the only one without an inventory', () => {
    const registry = build('');
    expect(registry.nodes).toEqual([registry.local]);
    expect(registry.local).toEqual({
      id: 'laptop',
      host: 'laptop',
      os: 'linux',
      arch: 'x86_64',
      maxTasks: 8,
      aliases: [],
      capabilities: [],
      specialties: [],
      labels: {},
      priority: 5,
      cordoned: false,
      local: true,
    });
  });

  test.each<[string, string, { hostname?: string; addresses?: string[] }, string]>([
    ['its id', 'nodes: [{ id: laptop, host: x }]', {}, 'laptop'],
    [
      'its id in another case, .local behind the name',
      'nodes: [{ id: laptop }]',
      { hostname: 'Laptop.local' },
      'laptop',
    ],
    ['the id and a full host name', 'nodes: [{ id: laptop }]', { hostname: 'laptop.fritz.box.' }, 'laptop'],
    ['its host', 'nodes: [{ id: a, host: laptop.local }]', {}, 'a'],
    ['the short name of its host', 'nodes: [{ id: a, host: laptop.example.org }]', {}, 'a'],
    ['an alias', 'nodes: [{ id: a, aliases: [laptop] }]', {}, 'a'],
    ['the address in host', 'nodes: [{ id: a, host: 192.168.1.9 }]', {}, 'a'],
    ['the fallback address', 'nodes: [{ id: a, fallbackIp: 192.168.1.9 }]', {}, 'a'],
    [
      'an IPv6 address however written',
      'nodes: [{ id: a, host: "FD00:0:0::9" }]',
      { addresses: ['fd00::9'] },
      'a',
    ],
    [
      'an IPv4 address mapped into IPv6',
      'nodes: [{ id: a, host: 10.1.2.3 }]',
      { addresses: ['::ffff:10.1.2.3'] },
      'a',
    ],
    ['localNode before all else', 'localNode: B\nnodes: [{ id: laptop }, { id: b }]', {}, 'b'],
    ['an alias as localNode', 'localNode: x\nnodes: [{ id: laptop }, { id: b, aliases: [X] }]', {}, 'b'],
    ['the name before the address', 'nodes: [{ id: a, host: 192.168.1.9 }, { id: laptop }]', {}, 'laptop'],
  ])('is known by %s', (_, text, here, id) => {
    const registry = build(text, { machine: { ...machine, ...here } });
    expect(registry.local).toMatchObject({ id, local: true, os: 'linux', maxTasks: 8 });
    expect(registry.nodes.filter(({ local }) => local)).toEqual([registry.local]);
    expect(registry.find(id)).toBe(registry.local);
  });

  test.each<[string, string, { hostname?: string; addresses?: string[] }, string]>([
    ['the loopback address', 'nodes: [{ id: a, host: 127.0.0.1 }]', { addresses: ['127.0.0.1'] }, 'laptop'],
    ['the IPv6 loopback address', 'nodes: [{ id: a, host: "::1" }]', { addresses: ['::1'] }, 'laptop'],
    ['a link-local address', 'nodes: [{ id: a, host: "fe80::1" }]', { addresses: ['fe80::1%en0'] }, 'laptop'],
    ['the name localhost', 'nodes: [{ id: a, host: localhost }]', { hostname: 'localhost' }, 'localhost'],
    ['another domain', 'nodes: [{ id: a, host: laptop.here }]', { hostname: 'laptop.there' }, 'laptop'],
    ['a longer name', 'nodes: [{ id: laptop-2 }]', {}, 'laptop'],
    ['the first part of an address', 'nodes: [{ id: a, host: 192.168.1.7 }]', { hostname: '192' }, '192'],
    ['localNode for a name of its own', 'localNode: desk\nnodes: [{ id: a }]', {}, 'desk'],
    ['a host name that is no id', '', { hostname: '_my laptop!.lan' }, 'my-laptop-'],
    ['no host name at all', '', { hostname: '' }, 'local'],
    ['a name that is taken', 'nodes: [{ id: local }]', { hostname: '' }, 'local-2'],
  ])('is one of its own with %s', (_, text, here, id) => {
    const registry = build(text, { machine: { ...machine, ...here } });
    expect(registry.local).toMatchObject({ id, local: true });
    expect(registry.nodes[0]).toBe(registry.local);
    expect(registry.nodes.slice(1).some(({ local }) => local)).toBe(false);
  });

  test('keeps what the inventory says of it', () => {
    const { local } = build('nodes: [{ id: laptop, os: macos, arch: arm64, maxTasks: 1 }]');
    expect(local).toMatchObject({ os: 'macos', arch: 'arm64', maxTasks: 1 });
  });

  test('keeps its place among the nodes, and the others know no more than was written', () => {
    const { nodes } = build('nodes: [{ id: a }, { id: laptop }, { id: b }]');
    expect(nodes.map(({ id, local }) => [id, local])).toEqual([
      ['a', false],
      ['laptop', true],
      ['b', false],
    ]);
    expect(nodes[0]).not.toHaveProperty('maxTasks');
    expect(nodes[0]).not.toHaveProperty('os');
  });

  test('is the node whose host is a known host with an address of this machine', () => {
    const hosts = [{ id: 'box', host: '192.168.1.9' }];
    expect(build('nodes: [{ id: a, host: box }]', { hosts }).local.id).toBe('a');
  });
});

describe('find', () => {
  const registry = build(inventory);

  test.each([
    ['builder-1', 'builder-1'],
    ['Builder', 'builder-1'],
    ['BUILDER', 'builder-1'],
    ['N3', 'n3'],
    ['laptop', 'laptop'],
  ])('%s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id);
  });

  test.each(['n5', '', 'builder-1.local', '@farm', 'constructor'])('%j is nobody', (name) => {
    expect(registry.find(name)).toBeUndefined();
  });
});

describe('expand', () => {
  const registry = build(inventory);

  test.each<[string, string[], string[]]>([
    ['', [], []],
    ['n2,builder,N1', ['n2', 'builder-1', 'n1'], []],
    ['n[3-5]', ['n3', 'n4'], ['n5']],
    ['@farm', ['builder-1', 'n1', 'n2', 'n3', 'n4'], []],
    ['@most', ['builder-1', 'n1', 'n3', 'n4'], []],
    ['@both&n[1-2]', ['n1', 'n2'], []],
    ['@all', ['laptop', 'builder-1', 'n1', 'n2', 'n3', 'n4'], []],
    ['@all!@farm', ['laptop'], []],
    ['n1,@nobody,x', ['n1'], ['@nobody', 'x']],
    ['builder,builder-1', ['builder-1'], []],
  ])('%j', (expression, ids, unknown) => {
    expect(registry.expand(expression)).toEqual({ ids, unknown });
  });

  test.each([
    ['n[1-', 'node-set-invalid'],
    ['n[1-20000]', 'node-set-too-large'],
  ])('refuses %s', (expression, code) => {
    expect(() => registry.expand(expression)).toThrow(expect.objectContaining({ code }));
  });

  test('groups with numbers can be named as a set', () => {
    const text = 'groups: { rack1: a, rack2: b }\nnodes: [{ id: a }, { id: b }]';
    expect(build(text).expand('@rack[1-2]').ids).toEqual(['a', 'b']);
  });

  test('groups of groups of groups take no time', () => {
    const groups: Record<string, string> = { g0: 'laptop' };
    for (let level = 1; level < 200; level++) groups[`g${level}`] = `@g${level - 1},@g${level - 1}`;
    const registry = createRegistry({ configuration: { groups, nodes: [] }, machine });
    expect(registry.expand('@g199').ids).toEqual(['laptop']);
  });

  test('a circle is refused when the registry is made', () => {
    const configuration = { groups: { a: 'x,@b', b: '@a' }, nodes: [] };
    const expected = { code: 'configuration-invalid', message: expect.stringContaining('@a > @b > @a') };
    expect(() => createRegistry({ configuration, machine })).toThrow(expect.objectContaining(expected));
  });
});

describe('suggest', () => {
  const registry = build(inventory);

  test.each([
    ['bulider', 'Builder'],
    ['builder1', 'builder-1'],
    ['laptpo', 'laptop'],
    ['@fram', '@farm'],
    ['@al', '@all'],
    ['xyzzy', undefined],
    ['', undefined],
  ])('%j: %s', (written, meant) => {
    expect(registry.suggest(written)).toBe(meant);
  });
});

describe('hosts handed in', () => {
  const hosts = [
    { id: 'big', host: 'big.example' },
    { id: 'BUILDER', host: 'other.example' },
    { id: 'n1.lab', host: '10.0.0.1' },
    { id: '*.example', host: '*.example' },
  ];

  test('are no nodes', () => {
    expect(build(inventory, { hosts }).find('big')).toBeUndefined();
  });

  test('can be found when they are included, where no node stands for them', () => {
    const registry = build(inventory, { hosts, includeHosts: true });
    expect(registry.find('big')).toMatchObject({ id: 'big', host: 'big', local: false });
    expect(registry.expand('big,n1')).toEqual({ ids: ['big', 'n1'], unknown: [] });
    expect(registry.find('builder')?.id).toBe('builder-1');
    expect(registry.find('n1.lab')?.id).toBe('n1');
    expect(registry.find('*.example')).toBeUndefined();
    expect(registry.nodes.map(({ id }) => id)).not.toContain('big');
    expect(registry.expand('@all').ids).not.toContain('big');
  });
});
