import { expect, test } from 'vitest';
import { renderSshdConfig } from './sshd-config.js';

const settings = {
  id: 'n1',
  port: 2222,
  user: 'dev',
  hostKeyFile: '/lab/my key',
  pidFile: '/lab/pid',
  authorizedKeysFile: '/lab/100%/keys',
  environment: ['A=1'],
  forcedCommand: "exec '/lab/enter'",
  sftp: '/usr/lib/openssh/sftp-server',
  version: 9.2,
  extra: [] as string[],
};

test('added lines come first, Match blocks last, and SetEnv stays one line', () => {
  const extra = ['MaxSessions 2', 'SetEnv B=2', 'Match User dev', '  AllowTcpForwarding no'];
  const lines = renderSshdConfig({ ...settings, extra })
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('MaxSessions 2');
  expect(lines.slice(-2)).toEqual(['Match User dev', '  AllowTcpForwarding no']);
  expect(lines.filter((line) => line.startsWith('SetEnv'))).toEqual(['SetEnv "A=1" B=2']);
});

test('what is added is said once: sshd takes the last MaxStartups, not the first', () => {
  const text = renderSshdConfig({ ...settings, extra: ['  maxstartups 1:100:1'] });
  expect(text.match(/^\s*maxstartups.*$/gim)).toEqual(['  maxstartups 1:100:1']);
});

test('paths are quoted', () => {
  const text = renderSshdConfig(settings);
  expect(text).toContain('HostKey "/lab/my key"\n');
  expect(text).toContain('AuthorizedKeysFile "/lab/100%%/keys"\n');
});

test('the lock-out of failed log-ins is turned off where sshd has one', () => {
  expect(renderSshdConfig(settings)).not.toContain('PerSourcePenalties');
  expect(renderSshdConfig({ ...settings, version: 9.8 })).toContain('PerSourcePenalties no');
  expect(renderSshdConfig({ ...settings, version: 10 })).toContain('PerSourcePenalties no');
});

test('a forced command and SFTP are there or not', () => {
  const { sftp: _, ...others } = settings;
  const without = { ...others, forcedCommand: undefined };
  expect(renderSshdConfig(settings)).toContain("ForceCommand exec '/lab/enter'\n");
  expect(renderSshdConfig(settings)).toContain('Subsystem sftp /usr/lib/openssh/sftp-server\n');
  expect(renderSshdConfig(without)).not.toMatch(/ForceCommand|Subsystem/);
});
