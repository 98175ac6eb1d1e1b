import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { HostSettings } from '../configuration/index.js';
import { keepaliveOf, knownHostsFilesOf, limitsOf, settingsOf, variablesOf } from './settings.js';

const options = { localUser: 'me', home: '/home/me' };
const plain = settingsOf({ host: 'n1' }, options);
const set = (settings: Partial<HostSettings>): HostSettings => ({ ...plain, ...settings });

describe('keepaliveOf', () => {
  /** Until a silent node is given up, seconds: the last question waits as long as the others. */
  const noticed = (settings: Partial<HostSettings>, over = {}) => {
    const { keepaliveMs, keepaliveCount } = keepaliveOf(set(settings), { ...options, ...over });
    return (keepaliveMs * (keepaliveCount + 1)) / 1_000;
  };

  it.each([
    ['nothing: ours', {}, 14],
    ['a shorter interval', { serverAliveIntervalSeconds: 1 }, 4],
    ['a longer interval alone asks for traffic, not for patience', { serverAliveIntervalSeconds: 60 }, 14],
    ['both: they hold, shorter', { serverAliveIntervalSeconds: 2, serverAliveCountMax: 1 }, 4],
    ['both: they hold, longer', { serverAliveIntervalSeconds: 60, serverAliveCountMax: 3 }, 240],
    ['a count alone has no meaning in ssh', { serverAliveCountMax: 100 }, 14],
    ['an interval of 0 is none', { serverAliveIntervalSeconds: 0, serverAliveCountMax: 100 }, 14],
    [
      'a count of 0 would end what is only idle',
      { serverAliveIntervalSeconds: 5, serverAliveCountMax: 0 },
      10,
    ],
  ])('%s', (_what, settings, seconds) => {
    expect(noticed(settings)).toBe(seconds);
  });

  it('takes an option before what is configured', () => {
    expect(noticed({ serverAliveIntervalSeconds: 60, serverAliveCountMax: 9 }, { keepaliveMs: 100 })).toBe(
      0.4,
    );
  });
});

describe('limitsOf', () => {
  it.each([
    [undefined, {}, 2_000, 5_000],
    [1, {}, 1_000, 5_000],
    [30, {}, 30_000, 30_000],
    [30, { connectTimeoutMs: 100, handshakeTimeoutMs: 200 }, 100, 200],
  ])('ConnectTimeout %s, options %j', (seconds, over, connectTimeoutMs, handshakeTimeoutMs) => {
    const settings = seconds === undefined ? plain : set({ connectTimeoutSeconds: seconds });
    expect(limitsOf(settings, { ...options, ...over })).toEqual({ connectTimeoutMs, handshakeTimeoutMs });
  });
});

describe('variablesOf', () => {
  it('hands on what SendEnv names, and SetEnv wins', () => {
    const settings = set({ sendEnv: ['LC_*', 'A?'], setEnv: { LC_ALL: 'set', B: 'set' } });
    const localEnvironment = { LC_ALL: 'ours', LC_TIME: 'ours', A1: 'ours', A12: 'ours', AX: undefined };
    expect(variablesOf(settings, { ...options, localEnvironment })).toEqual({
      LC_ALL: 'set',
      LC_TIME: 'ours',
      A1: 'ours',
      B: 'set',
    });
  });

  it('has nothing of an environment that was not handed in', () => {
    expect(variablesOf(set({ sendEnv: ['*'] }), options)).toEqual({});
  });
});

describe('knownHostsFilesOf', () => {
  it('are by default those that ssh reads', () => {
    const { homedir } = userInfo();
    const said = execFileSync('ssh', ['-F', '/dev/null', '-G', 'n1'], { encoding: 'utf8' });
    const files = ['userknownhostsfile', 'globalknownhostsfile'].flatMap(
      (keyword) => new RegExp(`^${keyword} (.*)$`, 'm').exec(said)?.[1]?.split(' ') ?? [],
    );
    expect(files).toHaveLength(4);
    expect(knownHostsFilesOf(plain, { ...options, home: homedir })).toEqual(files);
  });

  it('are otherwise those that are named', () => {
    const settings = set({ userKnownHostsFiles: ['/a', '/b'], globalKnownHostsFiles: ['/c'] });
    expect(knownHostsFilesOf(settings, options)).toEqual(['/a', '/b', '/c']);
    expect(knownHostsFilesOf(settings, { ...options, knownHostsFile: '/d' })).toEqual(['/d', '/c']);
  });
});
