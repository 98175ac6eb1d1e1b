import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureEnvironment, keepEnvironment, readEnvironment, type RunOnNode } from './environment.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const here: RunOnNode = (command, stdin) => {
  const { stdout, status } = spawnSync('sh', ['-c', command], {
    input: stdin,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, SHELL: '/bin/bash', TWO: 'a=b\nc', PWD: '/wrong' },
  });
  return Promise.resolve(status === 0 ? stdout : undefined);
};

it('reads names and values, with newlines and equal signs in them', () => {
  expect(readEnvironment('A=1\0B=x=y\nz\0EMPTY=\0\n')).toEqual({ A: '1', B: 'x=y\nz', EMPTY: '' });
  expect(readEnvironment('A=1\nB=2\n')).toEqual({ A: '1', B: '2' });
});

it('leaves out what is as it is without the login shell', async () => {
  const captured = await captureEnvironment(here, '/bin/bash');
  expect(captured).toBeDefined();
  for (const name of ['TWO', 'HOME', 'SHELL']) expect(captured).not.toHaveProperty(name);
  writeFileSync(
    join(folder, '.bash_profile'),
    `export TWO="it's\n2" THREE=3 PATH="$HOME/bin:$PATH" LANG=C.UTF-8\n`,
  );
  expect(await captureEnvironment(here, '/bin/bash')).toMatchObject({
    TWO: "it's\n2",
    THREE: '3',
    PATH: expect.stringMatching(`^${folder}/bin:`),
    LANG: 'C.UTF-8',
  });
});

it('is read to its end by every shell, whatever its user has exported of what bash lets nobody set', async () => {
  const { stdout } = spawnSync('bash', ['-c', 'readonly -p'], { encoding: 'utf8' });
  const names = [...stdout.matchAll(/^declare -\S+ (\w+)/gm)].map(([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['UID', 'PPID', 'SHELLOPTS']));
  const others = ['GROUPS', 'BASHPID', 'RANDOM', 'SECONDS', 'LINENO', 'FUNCNAME', 'DIRSTACK', 'GID'];
  const lines = [...names, ...others].map((name) => `export ${name}`);
  writeFileSync(join(folder, '.bash_profile'), `${lines.join('\n')}\nexport GID=7 LAST=mine\n`);
  const shells = [['bash'], ['bash', '--posix'], ['sh'], ['dash'], ['zsh', '-f'], ['busybox', 'sh']];
  const present = shells.filter(([program = '']) => spawnSync(program, ['-c', ':']).error === undefined);
  const foreign = [...names, ...others].map((name) => `${name}=9`).join('\0');
  for (const captured of [
    await captureEnvironment(here, '/bin/bash'),
    readEnvironment(`${foreign}\0LAST=mine\0`),
  ]) {
    const file = join(folder, 'kept');
    await keepEnvironment(here, file, captured);
    for (const shell of present) {
      const [program = '', ...flags] = shell;
      const script = '. "$1"; echo "$LAST"; env | grep "^UID="';
      const read = spawnSync(program, [...flags, '-c', script, 'sh', file], { encoding: 'utf8' });
      const uid = ['bash', 'zsh'].includes(program) ? `UID=${process.getuid?.()}\n` : '';
      expect({ shell, stdout: read.stdout, stderr: read.stderr }).toEqual({
        shell,
        stdout: `mine\n${uid}`,
        stderr: '',
      });
    }
  }
});

it('leaves out what belongs to the session, and what no shell can export', () => {
  const said =
    'PWD=/x\0SHLVL=2\0SSH_AUTH_SOCK=/s\0TERM=dumb\0_=/usr/bin/env\0BASH_FUNC_f%%=() { :; }\0=x\0no\0PATH=/bin\0';
  expect(readEnvironment(said)).toEqual({ PATH: '/bin' });
});

it('never throws, and gives only names that can be exported', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const name of Object.keys(readEnvironment(text))) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    }),
  );
});

it('keeps it, and gives back the same', async () => {
  const file = join(folder, `it's a`, 'folder', 'environment');
  expect(await keepEnvironment(here, file, { TWO: 'a=b\nc' })).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const read = spawnSync('sh', ['-c', '. "$1"; printf %s "$TWO"', 'sh', file], { encoding: 'utf8', env: {} });
  expect(read.stdout).toBe('a=b\nc');
  // Written anew as a whole: no reader sees half of it.
  expect(await keepEnvironment(here, file, { A: '1' })).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/^#.*\nexport A=1\n$/);
  expect(await keepEnvironment(here, file, {})).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/^#.*\n$/);
  expect(await keepEnvironment(here, file, undefined)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('');
});

it('is left as it was where a cut connection brings only half of the new one', async () => {
  const file = join(folder, 'environment');
  await keepEnvironment(here, file, { A: '1' });
  const before = readFileSync(file, 'utf8');
  const cut: RunOnNode = (command, stdin) => here(command, stdin?.subarray(0, stdin.length / 2));
  expect(await keepEnvironment(cut, file, { A: '2', B: '3' })).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(readdirSync(folder)).toEqual(['environment']);
});

it('says that it could not be kept, or not be captured', async () => {
  expect(await keepEnvironment(here, '/dev/null/environment', {})).toBe(false);
  expect(await captureEnvironment(() => Promise.resolve(undefined), '/bin/sh')).toBeUndefined();
  expect(await captureEnvironment(() => Promise.resolve('no environment at all'), '/bin/sh')).toBeUndefined();
});
