import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../options.js';
import type { RunRequest } from '../process/exit.js';
import { collect } from '../testing/collect.js';
import { setUpLabs, targetOf } from '../testing/labs.js';

interface LoginShell {
  shell: string;
  /** Read for every command that sshd starts; absent where the shell reads nothing then. */
  always?: string;
  /** Read by an interactive login shell, and what of it sets MINE and a PATH with ~/tools at its head. */
  login: { file: string; lines: string[] };
}

const posix = [`export MINE="it's mine"`, 'export PATH="$HOME/tools:$PATH"'];
const shells: LoginShell[] = [
  { shell: 'bash', always: '.bashrc', login: { file: '.bash_profile', lines: posix } },
  { shell: 'dash', login: { file: '.profile', lines: posix } },
  { shell: 'busybox', login: { file: '.profile', lines: posix } },
  { shell: 'zsh', always: '.zshenv', login: { file: '.zshrc', lines: posix } },
  {
    shell: 'fish',
    always: '.config/fish/config.fish',
    login: {
      file: '.config/fish/config.fish',
      lines: ['if status is-interactive', `set -gx MINE "it's mine"`, 'set -gx PATH ~/tools $PATH', 'end'],
    },
  },
  {
    shell: 'tcsh',
    always: '.tcshrc',
    login: {
      file: '.login',
      lines: [`setenv MINE "it's mine"`, 'setenv PATH "${HOME}/tools:${PATH}"'],
    },
  },
];
const users = ['root', 'dev'];
const noise = ['echo welcome to this machine', 'echo take care 1>&2'];

const missing = process.env['CLUSTER_TEST_MISSING'] ?? '';
const asRoot = process.getuid?.() === 0;
const success = { kind: 'exited', code: 0 };

for (const { shell, always, login } of shells) {
  describe.skipIf(!asRoot || missing.includes(shell)).each(users)(`login shell ${shell}, as %s`, (name) => {
    const { open: openTo } = setUpLabs('login-shells');
    let lab: Lab;
    let node: LabNode;
    let owner: { uid: number; gid: number };

    beforeAll(async () => {
      lab = await startLab({ nodes: 1, engine: 'sshd', user: { name, shell } });
      node = lab.node('n1');
      owner = await stat(node.home);
    });
    afterAll(() => lab.close());

    async function put(file: string, lines: string[], mode = 0o644): Promise<void> {
      const path = join(node.home, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${lines.join('\n')}\n`);
      await chmod(path, mode);
      for (let below = path; below !== node.home; below = dirname(below))
        await chown(below, owner.uid, owner.gid);
    }

    const open = (over?: Partial<TransportOptions>) => openTo(lab, over);

    const run = (request: string | RunRequest, transport = open()) =>
      collect(transport, { ...targetOf(lab), user: name }, request);

    it('is found out', async () => {
      const greeting = await open().greeting({ ...targetOf(lab), user: name });
      expect(greeting).toMatchObject({ home: node.home, shell: 'bash', group: 'given' });
      expect(greeting.loginShell).toContain(shell === 'busybox' ? 'ash' : shell);
    });

    it('runs commands as they are, whatever it prints first', async () => {
      if (always !== undefined) await put(always, noise);
      const ran = await run('echo out; echo err >&2; exit 7');
      expect(ran).toEqual({ exit: { kind: 'exited', code: 7 }, stdout: 'out\n', stderr: 'err\n' });
      expect((await run('kill -TERM $$')).exit).toEqual({ kind: 'signaled', signal: 'SIGTERM' });
      const input = await run({
        command: 'cat; pwd',
        stdin: Buffer.from('input\0\n'),
        cwd: '~',
        env: { A: `'"$` },
      });
      expect(input).toEqual({ exit: success, stdout: `input\0\n${node.home}\n`, stderr: '' });
      const folderless = run({ command: 'true', cwd: '/none' });
      await expect(folderless).rejects.toMatchObject({ code: 'no-such-folder' });
    });

    it('takes 100 kB whatever their quoting', async () => {
      const word = `'"\\$HOME\`!%~{}[]*?;&|<>#^=()\t\n `;
      const text = word.repeat(Math.floor(90_000 / word.length / 1.6));
      const command = `printf %s '${text.replaceAll("'", `'\\''`)}'`;
      expect(Buffer.byteLength(command)).toBeGreaterThan(60_000);
      expect((await run(command)).stdout).toBe(text);
      expect(await run(`${': "\'$x\'";'.repeat(9_000)} echo done`)).toMatchObject({ stdout: 'done\n' });
    });

    it('ends commands with all they have started', async () => {
      const stubborn = `trap '' INT TERM; (trap '' INT TERM; sleep 1000 & setsid sleep 1000 & wait) & wait`;
      const transport = open();
      const late = await run({ command: `${stubborn}; wait`, timeoutMs: 300 }, transport);
      expect(late.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
      const controller = new AbortController();
      const cancelled = run(
        {
          command: 'sleep 1000 | sleep 1000',
          signal: controller.signal,
          env: { A: '1' },
          onStart: () => controller.abort(),
        },
        transport,
      );
      expect((await cancelled).exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
      await expect.poll(() => node.processes(), { timeout: 5_000 }).toEqual([]);
    });

    it('tells its environment, which is kept for its user alone', async () => {
      await put('tools/my-tool', ['#!/bin/sh', 'echo "found $MINE"'], 0o755);
      await put(login.file, [...noise, ...login.lines, ...noise]);
      const cache = join(node.home, '.cache/cluster-execution/environment');
      for (const transport of [open({ environment: 'user' }), open({ environment: 'user' })]) {
        const ran = await run({ command: 'my-tool' }, transport);
        expect(ran).toEqual({ exit: success, stdout: `found it's mine\n`, stderr: '' });
        expect((await stat(cache)).mode & 0o777).toBe(0o600);
      }
      expect(await readFile(cache, 'utf8')).not.toMatch(/welcome|CLUSTER_RUN/);
    });
  });
}
