import { expect, it } from 'vitest';
import { readGreeting } from './greet.js';

const linux = [
  'leader=1',
  'kernel=Linux',
  'machine=x86_64',
  'home=/home/dev with = sign',
  'login=/usr/bin/bash',
  'cores=8',
  'has_bash=1',
  'has_setsid=1',
  'file=/home/dev/.cache/cluster-execution/environment',
];

it('reads what a Linux node says', () => {
  expect(readGreeting(linux.join('\n'))).toEqual({
    kernel: 'Linux',
    machine: 'x86_64',
    home: '/home/dev with = sign',
    loginShell: '/usr/bin/bash',
    cores: 8,
    shell: 'bash',
    posixLogin: true,
    group: 'given',
    environmentFile: '/home/dev/.cache/cluster-execution/environment',
    environment: 'unknown',
  });
});

it.each([
  ['/bin/zsh', true],
  ['/opt/homebrew/bin/fish', false],
  ['/bin/tcsh', false],
  ['/usr/bin/nu', false],
  ['', false],
])('knows whether %s reads POSIX syntax: %s', (login, posixLogin) => {
  const said = linux.map((line) => (line.startsWith('login=') ? `login=${login}` : line));
  expect(readGreeting(said.join('\n'))).toMatchObject({ posixLogin, loginShell: login });
});

it('leaves out the number of cores where it was not told', () => {
  for (const cores of ['cores=', 'cores=undefined', 'cores=0']) {
    const said = linux.map((line) => (line.startsWith('cores=') ? cores : line));
    expect(readGreeting(said.join('\n'))).not.toHaveProperty('cores');
  }
});

it('uses sh where there is no bash, and takes over an environment that is fresh', () => {
  const said = [...linux.filter((line) => line !== 'has_bash=1'), 'environment=kept'];
  expect(readGreeting(said.join('\n'))).toMatchObject({ shell: 'sh', environment: 'kept' });
});

it('makes a process group where the server gives none, by what there is', () => {
  const without = linux.map((line) => (line === 'leader=1' ? 'leader=0' : line));
  expect(readGreeting(without.join('\n')).group).toBe('setsid');
  const perl = [...without.filter((line) => line !== 'has_setsid=1'), 'has_perl=1'];
  expect(readGreeting(perl.join('\n')).group).toBe('perl');
  const neither = perl.filter((line) => line !== 'has_perl=1').join('\n');
  expect(() => readGreeting(neither)).toThrow(
    expect.objectContaining({ code: 'shell-failed', hint: expect.stringContaining('setsid') }),
  );
});
