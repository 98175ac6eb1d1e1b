import { describe, expect, test } from 'vitest';
import { loadConfiguration } from './load-configuration.js';
import { settingVariables } from './overrides.js';

const home = '/home/dev';
const path = '/etc/cluster.yaml';
const text = `
ssh: { user: file, checkSeconds: 11, retries: 12 }
thresholds: { cpuPercent: 13, load: 14, memoryPercent: 15 }
timeouts: { commandSeconds: 16, connectSeconds: 17, statusSeconds: 18 }
addresses: { cacheSeconds: 19, gateway: 10.0.0.1, dns: 10.0.0.2 }
logLevel: error
nodes:
  - { id: macpro51, host: macpro51.lab, fallbackIp: 10.0.0.51 }
  - { id: mac-studio, host: mac-studio.lab, fallbackIp: 10.0.0.52 }
`;
const load = (env: Record<string, string>, flags = {}) =>
  loadConfiguration({ file: { path, text }, env, flags, home });

// Variable, its default, what it is set to, what that is read as, and a value that is refused.
const cases: [string, unknown, string, unknown, string][] = [
  ['CLUSTER_SSH_USER', undefined, 'ops', 'ops', '-l root'],
  ['CLUSTER_SSH_TIMEOUT', 5, '7', 7, '5s'],
  ['CLUSTER_SSH_CONNECT_TIMEOUT', 2, '0.5', 0.5, '0'],
  ['CLUSTER_SSH_RETRIES', 2, '4', 4, '1.5'],
  ['CLUSTER_CPU_THRESHOLD', 40, '75', 75, 'abc'],
  ['CLUSTER_LOAD_THRESHOLD', 4, '12.5', 12.5, '-1'],
  ['CLUSTER_MEMORY_THRESHOLD', 80, '95', 95, '120'],
  ['CLUSTER_CMD_TIMEOUT', 300, '0', 0, '1e9'],
  ['CLUSTER_STATUS_TIMEOUT', 5, '9', 9, 'Infinity'],
  ['CLUSTER_IP_CACHE_TTL', 300, '60', 60, '0x10'],
  ['CLUSTER_GATEWAY', undefined, '192.168.7.1', '192.168.7.1', 'router'],
  ['CLUSTER_DNS', '8.8.8.8', '1.1.1.1', '1.1.1.1', 'dns.google'],
  ['CLUSTER_LOG_LEVEL', 'info', 'WARN', 'warning', 'loud'],
];

describe('the variables of single settings', () => {
  test('each has a case here', () => {
    expect(cases.map(([name]) => name)).toEqual(Object.keys(settingVariables));
  });

  test.each(cases)('%s: %s unless set, %j is %j, %j is refused', (name, fallback, written, value, bad) => {
    const setting = settingVariables[name] ?? '';
    expect(loadConfiguration({ env: {}, home }).sources.get(setting)).toEqual({
      value: fallback,
      from: 'default',
    });
    expect(load({}).sources.get(setting)).toMatchObject({ from: 'file' });
    expect(load({ [name]: written }).sources.get(setting)).toEqual({ value, from: 'environment', name });
    expect(() => load({ [name]: bad })).toThrow(
      expect.objectContaining({
        code: 'configuration-invalid',
        message: expect.stringMatching(`^${name}: must .*; found `),
        problems: [{ name, key: setting, message: expect.stringMatching(/^must /) }],
      }),
    );
  });

  test.each(cases)('%s that is empty counts as not set', (name) => {
    expect(load({ [name]: ' ' }).configuration).toEqual(load({}).configuration);
  });

  test.each([
    ['DEBUG', 'debug'],
    ['INFO', 'info'],
    ['WARNING', 'warning'],
    ['Error', 'error'],
    ['CRITICAL', 'error'],
  ])('CLUSTER_LOG_LEVEL=%s is %s', (written, level) => {
    expect(load({ CLUSTER_LOG_LEVEL: written }).configuration.logLevel).toBe(level);
  });

  test('a user that looks like a number is a name', () => {
    expect(load({ CLUSTER_SSH_USER: '1000' }).configuration.ssh.user).toBe('1000');
  });

  test('other variables are none of ours', () => {
    expect(load({ PATH: '/bin', CLUSTER_SOMETHING: 'x', TIMEOUTS: '1' }).configuration).toEqual(
      load({}).configuration,
    );
  });
});

describe('the variables of a node', () => {
  test('CLUSTER_<NODE>_HOST stands over the file', () => {
    const { configuration, sources } = load({ CLUSTER_MACSTUDIO_HOST: 'studio.example' });
    expect(configuration.nodes.map(({ host }) => host)).toEqual(['macpro51.lab', 'studio.example']);
    const name = 'CLUSTER_MACSTUDIO_HOST';
    expect(sources.get('nodes.mac-studio.host')).toEqual({
      value: 'studio.example',
      from: 'environment',
      name,
    });
  });

  test('CLUSTER_<NODE>_IP stands over the file', () => {
    const { configuration } = load({ CLUSTER_MACPRO51_IP: '192.168.1.27' });
    expect(configuration.nodes.map(({ fallbackIp }) => fallbackIp)).toEqual(['192.168.1.27', '10.0.0.52']);
  });

  test.each([
    ['CLUSTER_MACPRO51_IP', 'macpro51.local', 'nodes.macpro51.fallbackIp', /IP address/],
    ['CLUSTER_MACSTUDIO_HOST', '-oProxyCommand=x', 'nodes.mac-studio.host', /begin with "-"/],
  ])('%s=%s is refused', (name, value, key, message) => {
    const problems = [{ name, key, message: expect.stringMatching(message) }];
    expect(() => load({ [name]: value })).toThrow(expect.objectContaining({ problems }));
  });

  test('one that stands for two nodes is refused', () => {
    const file = { path, text: 'nodes: [{ id: a-1 }, { id: a1 }]' };
    expect(() => loadConfiguration({ file, env: { CLUSTER_A1_HOST: 'x' }, home })).toThrow(
      /both "a-1" and "a1"/,
    );
    expect(loadConfiguration({ file, env: {}, home }).configuration.nodes).toHaveLength(2);
  });

  test('one that stands for no node is told, and stops nothing', () => {
    const env = { CLUSTER_MACPRO_IP: '10.0.0.9', CLUSTER_MACPRO51_IP: '10.0.0.8', CLUSTER_X_PORT: '1' };
    expect(load(env).strayVariables).toEqual(['CLUSTER_MACPRO_IP']);
  });
});

describe('flags', () => {
  test('stand over the environment, as text or typed', () => {
    const env = { CLUSTER_CMD_TIMEOUT: '20', CLUSTER_LOG_LEVEL: 'debug' };
    const flags = { 'timeouts.commandSeconds': '30', 'ssh.retries': 5, logLevel: undefined };
    const { configuration, sources } = load(env, flags);
    expect(configuration).toMatchObject({
      timeouts: { commandSeconds: 30 },
      ssh: { retries: 5 },
      logLevel: 'debug',
    });
    const source = { value: 30, from: 'flag', name: 'timeouts.commandSeconds' };
    expect(sources.get('timeouts.commandSeconds')).toEqual(source);
  });

  test('that are not known or hold a bad value are refused by name', () => {
    expect(() => load({}, { 'timeouts.command': 3 })).toThrow(
      /^timeouts.command: .*did you mean "timeouts.commandSeconds"/,
    );
    expect(() => load({}, { 'ssh.retries': 'x' })).toThrow(/^ssh.retries: must be a whole number.*found "x"/);
  });
});
