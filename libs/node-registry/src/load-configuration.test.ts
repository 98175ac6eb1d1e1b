import { describe, expect, test } from 'vitest';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import { loadConfiguration } from './load-configuration.js';

const home = '/home/dev';
const path = '/etc/cluster.yaml';

function load(text: string, env: Record<string, string> = {}, flags: Record<string, unknown> = {}) {
  return loadConfiguration({ file: { path, text }, env, flags, home });
}

function problemsOf(
  text: string,
  env: Record<string, string> = {},
  flags = {},
): readonly ConfigurationProblem[] {
  try {
    load(text, env, flags);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    if (error instanceof ConfigurationError) return error.problems;
  }
  return [];
}

describe('without a file', () => {
  test('every setting has its default', () => {
    expect(loadConfiguration({ env: {}, home }).configuration).toEqual({
      ssh: { identityFiles: [], hostKeys: 'accept-new', retries: 2, checkSeconds: 5 },
      environment: 'user',
      thresholds: { cpuPercent: 40, load: 4, memoryPercent: 80 },
      timeouts: { commandSeconds: 300, connectSeconds: 2, statusSeconds: 5 },
      addresses: { cacheSeconds: 300, dns: '8.8.8.8' },
      logLevel: 'info',
      policy: { onAsk: 'ask', rules: [] },
      workload: { heavy: [], light: [] },
      groups: {},
      nodes: [],
    });
  });

  test('every value comes from the defaults', () => {
    const { sources } = loadConfiguration({ env: {}, home });
    expect(sources.get('timeouts.commandSeconds')).toEqual({ value: 300, from: 'default' });
    expect(sources.get('ssh.user')).toEqual({ value: undefined, from: 'default' });
  });
});

describe('a whole file', () => {
  const text = `
localNode: laptop
ssh:
  user: dev
  identityFiles: [~/.ssh/id_ed25519, keys/cluster]
  knownHostsFile: ~/.ssh/known_hosts
  configFile: /etc/ssh/ssh_config
  hostKeys: strict
  retries: 3
  checkSeconds: 6
environment: plain
thresholds: { cpuPercent: 50, load: 8.5, memoryPercent: 90 }
timeouts: { commandSeconds: 0, connectSeconds: 0.5, statusSeconds: 6 }
addresses: { cacheSeconds: 60, gateway: 192.168.1.1, dns: "2001:db8::53" }
logLevel: Warn
policy:
  onAsk: deny
  rules:
    - { id: no-prod, verdict: deny, match: { program: kubectl, arguments: ["--context=prod*"] }, message: not from here }
workload: { heavy: ["bazel build"], light: ["make help"] }
groups: { farm: "builder,n[1-4]", all-but-one: "@farm!n2" }
nodes:
  - id: builder-1
    host: builder-1.local
    fallbackIp: 192.168.1.27
    port: 2222
    user: root
    os: Darwin
    arch: AMD64
    aliases: [builder]
    capabilities: [docker]
    specialties: [compilation]
    labels: { rack: a }
    maxTasks: 4
    priority: 1
    cordoned: true
  - { id: "n[1-4]", host: "n[01-04].lab", fallbackIp: "10.0.0.[11-14]", aliases: ["worker[1-4]"] }
  - { id: six, host: "fd00::6" }
`;

  test('is read, with paths made absolute and names made one', () => {
    const { configuration } = load(text);
    expect(configuration).toMatchObject({
      localNode: 'laptop',
      ssh: {
        user: 'dev',
        identityFiles: ['/home/dev/.ssh/id_ed25519', '/etc/keys/cluster'],
        knownHostsFile: '/home/dev/.ssh/known_hosts',
        configFile: '/etc/ssh/ssh_config',
        hostKeys: 'strict',
        retries: 3,
        checkSeconds: 6,
      },
      environment: 'plain',
      timeouts: { commandSeconds: 0, connectSeconds: 0.5, statusSeconds: 6 },
      addresses: { cacheSeconds: 60, gateway: '192.168.1.1', dns: '2001:db8::53' },
      logLevel: 'warning',
      policy: { onAsk: 'deny', rules: [{ id: 'no-prod', verdict: 'deny', message: 'not from here' }] },
      groups: { farm: 'builder,n[1-4]', 'all-but-one': '@farm!n2' },
    });
    expect(configuration.nodes[0]).toEqual({
      id: 'builder-1',
      host: 'builder-1.local',
      fallbackIp: '192.168.1.27',
      port: 2222,
      user: 'root',
      os: 'macos',
      arch: 'x86_64',
      aliases: ['builder'],
      capabilities: ['docker'],
      specialties: ['compilation'],
      labels: { rack: 'a' },
      maxTasks: 4,
      priority: 1,
      cordoned: true,
    });
  });

  test('node sets are expanded in step, with defaults', () => {
    const { nodes } = load(text).configuration;
    expect(nodes.map(({ id }) => id)).toEqual(['builder-1', 'n1', 'n2', 'n3', 'n4', 'six']);
    expect(nodes[3]).toEqual({
      id: 'n3',
      host: 'n03.lab',
      fallbackIp: '10.0.0.13',
      aliases: ['worker3'],
      capabilities: [],
      specialties: [],
      labels: {},
      priority: 5,
      cordoned: false,
    });
  });

  test('each value says where it came from', () => {
    const { sources } = load(
      text,
      { CLUSTER_SSH_RETRIES: '9', CLUSTER_N3_IP: '10.9.9.9' },
      { logLevel: 'debug' },
    );
    expect(sources.get('ssh.user')).toEqual({ value: 'dev', from: 'file', file: path, line: 4 });
    expect(sources.get('ssh.retries')).toEqual({
      value: 9,
      from: 'environment',
      name: 'CLUSTER_SSH_RETRIES',
    });
    expect(sources.get('logLevel')).toEqual({ value: 'debug', from: 'flag', name: 'logLevel' });
    expect(sources.get('policy.onAsk')).toMatchObject({ value: 'deny', line: 17 });
    expect(sources.get('policy.rules.no-prod')).toMatchObject({ from: 'file', line: 19 });
    expect(sources.get('groups.farm')).toMatchObject({ value: 'builder,n[1-4]', line: 21 });
    expect(sources.get('nodes.builder-1.host')).toEqual({
      value: 'builder-1.local',
      from: 'file',
      file: path,
      line: 24,
    });
    expect(sources.get('nodes.n3.host')).toMatchObject({ value: 'n03.lab', from: 'file', line: 37 });
    expect(sources.get('nodes.n3.fallbackIp')).toEqual({
      value: '10.9.9.9',
      from: 'environment',
      name: 'CLUSTER_N3_IP',
    });
    expect(sources.get('nodes.n3.priority')).toEqual({ value: 5, from: 'default' });
  });
});

describe('forms of the file', () => {
  test.each([
    ['empty', ''],
    ['comments alone', '# nothing yet\n'],
    ['sections without a value', 'ssh:\nnodes:\n  - id: a\n    user:\n'],
    ['a byte order mark', '\uFEFFnodes: []\n'],
    ['JSON', '{"ssh": {"retries": 2}, "nodes": [{"id": "a", "host": "a.lab"}]}'],
    ['JSON with tabs', '{\n\t"nodes": [\n\t\t{"id": "a"}\n\t]\n}\n'],
    ['CRLF', 'ssh:\r\n  retries: 2\r\nnodes: []\r\n'],
    ['anchors', 'nodes:\n  - { id: a, labels: &l { rack: "1" } }\n  - { id: b, labels: *l }\n'],
  ])('%s is accepted', (_, text) => {
    expect(load(text).configuration.ssh.retries).toBe(2);
  });

  test('a node without a host is reached by its id', () => {
    const { configuration, sources } = load('nodes: [{ id: "n[1-2]" }]');
    expect(configuration.nodes.map(({ host }) => host)).toEqual(['n1', 'n2']);
    expect(sources.get('nodes.n2.host')).toEqual({ value: 'n2', from: 'default' });
  });
});

describe('what is wrong in a file', () => {
  test.each<[string, string, number, string, RegExp]>([
    ['no YAML', 'nodes: [\n', 2, '', /no valid YAML/],
    ['a key twice', 'logLevel: info\nlogLevel: debug\n', 2, '', /second time/],
    ['an unknown tag', 'logLevel: !include x\n', 1, '', /tag/],
    ['two documents', 'logLevel: info\n---\nlogLevel: debug\n', 2, '', /second document/],
    ['a bare group', 'groups:\n  a: @b\n', 2, '', /quotes/],
    ['a list at the top', '- a\n', 1, '', /must hold settings/],
    ['an unknown key', '\nlocalnode: a\n', 2, 'localnode', /did you mean "localNode"/],
    ['an unknown key far from all', 'xyzzy: 1\n', 1, 'xyzzy', /known here: .*ssh.*nodes/],
    ['an unknown key in a section', 'timeouts:\n  command: 3\n', 2, 'timeouts.command', /"commandSeconds"/],
    [
      'an unknown key in a node',
      'nodes:\n  - id: a\n    hots: b\n',
      3,
      'nodes.a.hots',
      /did you mean "host"/,
    ],
    [
      'another spelling',
      'nodes:\n  - id: a\n    fallback_ip: 10.0.0.1\n',
      3,
      'nodes.a.fallback_ip',
      /"fallbackIp"/,
    ],
    ['an unknown key in the policy', 'policy: { rule: [] }', 1, 'policy.rule', /"rules"/],
    ['a section that is none', 'ssh: yes\n', 1, 'ssh', /must hold settings/],
    ['a text for a number', 'thresholds: { load: "4" }', 1, 'thresholds.load', /number.*found "4"/],
    ['a number out of range', 'thresholds: { cpuPercent: 101 }', 1, 'thresholds.cpuPercent', /0 to 100/],
    ['a wait too long', 'timeouts: { commandSeconds: 3000000 }', 1, 'timeouts.commandSeconds', /2147483/],
    ['no wait', 'timeouts: { connectSeconds: 0 }', 1, 'timeouts.connectSeconds', /above 0/],
    ['infinity', 'thresholds: { load: .inf }', 1, 'thresholds.load', /must be a number/],
    ['no attempt', 'ssh: { retries: 0 }', 1, 'ssh.retries', /counts attempts/],
    ['half an attempt', 'ssh: { retries: 1.5 }', 1, 'ssh.retries', /whole/],
    ['a word', 'environment: mine', 1, 'environment', /user or plain/],
    ['a level', 'logLevel: loud', 1, 'logLevel', /debug, info/],
    ['a gateway', 'addresses: { gateway: router }', 1, 'addresses.gateway', /IP address/],
    ['a path', 'ssh: { configFile: ~joe/config }', 1, 'ssh.configFile', /whole path/],
    ['one path for a list', 'ssh: { identityFiles: a }', 1, 'ssh.identityFiles', /list of paths/],
    ['an item', 'ssh:\n  identityFiles:\n    - a\n    - 4\n', 4, 'ssh.identityFiles[1]', /quotes/],
    ['a user', 'ssh: { user: "-oProxyCommand=x" }', 1, 'ssh.user', /begin with "-"/],
    ['a local node', 'localNode: "a b"', 1, 'localNode', /letters/],
    ['nodes by name', 'nodes:\n  a: { host: b }\n', 1, 'nodes', /list/],
    ['a node by name alone', 'nodes: [a]', 1, 'nodes[0]', /must be a node/],
    ['no id', 'nodes:\n  - host: a\n', 2, 'nodes[0].id', /is missing/],
    ['a number for an id', 'nodes: [{ id: 7 }]', 1, 'nodes[0].id', /quotes/],
    ['an id', 'nodes: [{ id: "a b" }]', 1, 'nodes.a b.id', /letters/],
    ['an id with a bad range', 'nodes: [{ id: "n[4-1]" }]', 1, 'nodes.n[4-1].id', /larger/],
    ['an id of too many', 'nodes: [{ id: "n[1-99999]" }]', 1, 'nodes.n[1-99999].id', /more than 10000/],
    ['a port', 'nodes: [{ id: a, port: 65536 }]', 1, 'nodes.a.port', /65535/],
    ['an OS', 'nodes: [{ id: a, os: windows }]', 1, 'nodes.a.os', /linux or macos/],
    ['an architecture', 'nodes: [{ id: a, arch: mips }]', 1, 'nodes.a.arch', /x86_64/],
    ['tasks', 'nodes: [{ id: a, maxTasks: 0 }]', 1, 'nodes.a.maxTasks', /whole/],
    ['cordoned', 'nodes: [{ id: a, cordoned: "no" }]', 1, 'nodes.a.cordoned', /true or false/],
    ['a label', 'nodes: [{ id: a, labels: { rack: 1 } }]', 1, 'nodes.a.labels.rack', /quotes/],
    ['a capability', 'nodes: [{ id: a, capabilities: docker }]', 1, 'nodes.a.capabilities', /list/],
    [
      'an option for a host',
      'nodes: [{ id: a, host: "-oProxyCommand=id" }]',
      1,
      'nodes.a.host',
      /begin with "-"/,
    ],
    ['a shell for a host', 'nodes: [{ id: a, host: "a;id" }]', 1, 'nodes.a.host', /shell/],
    ['a user in the host', 'nodes: [{ id: a, host: "me@a" }]', 1, 'nodes.a.host', /"user"/],
    ['a port in the host', 'nodes: [{ id: a, host: "a:22" }]', 1, 'nodes.a.host', /"port"/],
    ['brackets', 'nodes: [{ id: a, host: "[::1]" }]', 1, 'nodes.a.host', /without/],
    ['a control character', 'nodes: [{ id: a, host: "a\\eb" }]', 1, 'nodes.a.host', /control/],
    ['a fallback', 'nodes: [{ id: a, fallbackIp: a.lab }]', 1, 'nodes.a.fallbackIp', /IP address/],
    ['one host for two', 'nodes: [{ id: "n[1-2]", host: n }]', 1, 'nodes.n[1-2].host', /as many/],
    ['three hosts for two', 'nodes: [{ id: "n[1-2]", host: "n[1-3]" }]', 1, 'nodes.n[1-2].host', /as many/],
    ['one alias for two', 'nodes: [{ id: "n[1-2]", aliases: [x] }]', 1, 'nodes.n[1-2].aliases[0]', /as many/],
    ['an alias', 'nodes: [{ id: a, aliases: ["@b"] }]', 1, 'nodes.a.aliases[0]', /letters/],
    ['an id twice', 'nodes:\n  - id: a\n  - id: A\n', 3, 'nodes.A.id', /already the id of a node \(line 2\)/],
    ['an id in a set', 'nodes:\n  - id: n[1-3]\n  - id: n2\n', 3, 'nodes.n2.id', /"n2" is already/],
    [
      'an alias that is an id',
      'nodes:\n  - { id: a, aliases: [B] }\n  - id: b\n',
      2,
      'nodes.a.aliases',
      /"B" is already/,
    ],
    [
      'an alias twice',
      'nodes:\n  - { id: a, aliases: [x] }\n  - { id: b, aliases: [X] }\n',
      3,
      'nodes.b.aliases',
      /alias of "a"/,
    ],
    [
      'a verdict',
      'policy: { rules: [{ id: a, verdict: no, match: { program: x } }] }',
      1,
      'policy.rules.a.verdict',
      /deny, ask/,
    ],
    [
      'an empty match',
      'policy: { rules: [{ id: a, verdict: allow, match: {} }] }',
      1,
      'policy.rules.a.match',
      /every command/,
    ],
    [
      'a rule key',
      'policy: { rules: [{ id: a, verdict: ask, match: { x: 1 }, mesage: x }] }',
      1,
      'policy.rules.a.mesage',
      /"message"/,
    ],
    [
      'a rule id twice',
      'policy:\n  rules:\n    - &r { id: a, verdict: ask, match: { x: 1 } }\n    - *r\n',
      4,
      'policy.rules.a.id',
      /line 3/,
    ],
    ['a group as a list', 'groups: { farm: [a] }', 1, 'groups.farm', /node set/],
    ['a group of nobody', 'groups:\n  farm: a,b\nnodes: [{ id: a }]', 2, 'groups.farm', /"b" is no node/],
    [
      'a group of no group',
      'groups: { farm: "@fram" }',
      1,
      'groups.farm',
      /"@fram" is no node, alias or group/,
    ],
    ['a group called all', 'groups: { all: a }\nnodes: [{ id: a }]', 1, 'groups.all', /every node already/],
    ['the name of a group', 'groups: { "a b": a }\nnodes: [{ id: a }]', 1, 'groups.a b', /name of a group/],
    ['a bad set in a group', 'groups: { farm: "a[1" }', 1, 'groups.farm', /not closed/],
    ['a circle', 'groups:\n  a: "@b"\n  b: "@a"\n', 2, 'groups.a', /circle: @a > @b > @a/],
    ['a circle of one', 'groups: { a: "@a" }', 1, 'groups.a', /circle/],
  ])('%s', (_, text, line, key, message) => {
    expect(problemsOf(text)).toEqual([{ file: path, line, key, message: expect.stringMatching(message) }]);
  });

  test('all of it is told at once, by line, what the environment says too', () => {
    const text = [
      'logLevel: loud',
      'ssh: { retries: 0, usr: x }',
      'groups: { farm: "a,nobody" }',
      'nodes:',
      '  - { id: a, port: 0, hots: b }',
      '  - { id: b, host: "b;c" }',
      '  - { id: b }',
      '  - { id: A, aliases: [b] }',
    ].join('\n');
    const problems = problemsOf(
      text,
      { CLUSTER_CPU_THRESHOLD: 'abc', CLUSTER_B_IP: 'x' },
      { 'ssh.retries': 'many' },
    );
    expect(problems.map(({ line, name, key }) => `${line ?? name} ${key}`)).toEqual([
      '1 logLevel',
      '2 ssh.retries',
      '2 ssh.usr',
      '5 nodes.a.port',
      '5 nodes.a.hots',
      '6 nodes.b.host',
      '7 nodes.b.id',
      '8 nodes.A.id',
      '8 nodes.A.aliases',
      'CLUSTER_CPU_THRESHOLD thresholds.cpuPercent',
      'ssh.retries ssh.retries',
      'CLUSTER_B_IP nodes.b.fallbackIp',
    ]);
  });

  test('the message names file, line and key of each problem', () => {
    expect(() => load('nodes:\n  - id: a\n    hots: b\n')).toThrow(
      '/etc/cluster.yaml:3: nodes.a.hots: there is no such setting; did you mean "host"?',
    );
    expect(() => load('xyzzy: 1\nlogLevel: loud\n')).toThrow(
      /2 problems:\n {2}\/etc\/cluster.yaml:1: xyzzy: .*\n {2}/,
    );
  });

  test('a match with nothing in it is not made wider by leaving that out', () => {
    const text = 'policy: { rules: [{ id: a, verdict: allow, match: { program: , effect: read } }] }';
    expect(load(text).configuration.policy.rules[0]?.match).toEqual({ program: null, effect: 'read' });
  });

  test('names that only look like a part of every object are like any other', () => {
    expect(problemsOf('__proto__: { polluted: 1 }\n')).toMatchObject([{ key: '__proto__' }]);
    expect(problemsOf('constructor: 1\n')).toMatchObject([{ key: 'constructor' }]);
    expect(problemsOf('groups: { a: "@constructor" }\n')).toMatchObject([{ key: 'groups.a' }]);
  });

  test('a document that blows up by its aliases is refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 0; level < 8; level++) {
      const from = String.fromCodePoint(97 + level);
      const to = String.fromCodePoint(98 + level);
      bomb.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(',')}]`);
    }
    expect(problemsOf(bomb.join('\n'))).toMatchObject([
      { file: path, message: expect.stringMatching(/alias/i) },
    ]);
  });
});
