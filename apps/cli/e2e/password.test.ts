import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, main, makePlace, type Place } from './session.js';

/** `openssl passwd -6 -salt abcdefgh 'open sesame'` */
const passwordHash = [
  '$6$abcdefgh$CkjGkP7IIgZVUCNlt.Vi53LOYJLXZ5KzdpzEYCj01XGruA1hx',
  'ZYJqccTU2zz68oJwAGsd1iPty5F7dHIatUTy/',
].join('');

let lab: Lab;
let place: Place;

/** Somebody at a terminal who types each answer when something new is asked, after `pauseMs`. */
async function atTerminal(args: string[], answers: readonly string[], pauseMs = 0) {
  const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: place.project,
    env: place.env,
    stdio: 'pipe',
  });
  const left = [...answers];
  let said = '';
  let asked = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const questions = said.match(/Password: /g)?.length ?? 0;
    for (; asked < questions; asked += 1)
      setTimeout(() => child.stdin.write(left.shift() ?? '\x03'), pauseMs);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said, asked };
}

describe.skipIf(process.getuid?.() !== 0)(
  'a node that wants a password (as root, who can have a user made up)',
  () => {
    beforeAll(async () => {
      lab = await startLab({
        nodes: 2,
        engine: 'sshd',
        user: { name: 'dev', passwordHash },
        sshdExtra: () => ['AuthenticationMethods password', 'PasswordAuthentication yes'],
      });
      const timeouts = { connectSeconds: 20, statusSeconds: 1 };
      place = await makePlace(inventory(lab, { timeouts, ssh: { checkSeconds: 20 } }));
    });
    afterAll(async () => {
      await place[Symbol.asyncDispose]();
      await lab.close();
    });
    const submit = ['submit', 'echo "at $CLUSTERLAB_NODE"', '--node', 'n1'];

    it('asks for it at a terminal, shows nothing of it, and keeps nothing of it', async () => {
      const { code, said, asked } = await atTerminal(submit, ['open sesame\n']);
      expect({ code, asked }).toEqual({ code: 0, asked: 1 });
      expect(said).toContain('at n1');
      expect(said).not.toContain('sesame');
      const kept = await readdir(place.folder, { recursive: true, withFileTypes: true });
      for (const file of kept.filter((entry) => entry.isFile()))
        expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain('sesame');
    });

    it('waits for whoever types slowly', async () => {
      expect(await atTerminal(submit, ['open sesame\n'], 2_500)).toMatchObject({ code: 0, asked: 1 });
    });

    it('says that an answer was wrong, and asks again', async () => {
      const { code, said, asked } = await atTerminal(submit, ['wrong\n', 'open sesame\n']);
      expect({ code, asked }).toEqual({ code: 0, asked: 2 });
      expect(said).toContain('Permission denied');
    });

    it('is left alone with Ctrl-C', async () => {
      expect(await atTerminal(submit, ['\x03'])).toMatchObject({ code: 130, asked: 1 });
    });

    it('asks doctor for one node after the other', async () => {
      const { code, said, asked } = await atTerminal(['doctor'], ['open sesame\n', 'open sesame\n']);
      expect({ code, asked }).toEqual({ code: 0, asked: 2 });
      expect(said).not.toContain('sesame');
    });

    it('asks nobody where there is no terminal, and where no node was named', async () => {
      const alone = await place.cli(['-w', process.execPath, main, ...submit], { program: ['setsid'] });
      expect(alone).toMatchObject({ code: 125, stderr: expect.stringContaining('authentication-failed') });
      expect(alone.stderr).toContain('It takes passwords');
      const anywhere = await atTerminal(['submit', 'sleep 0.01', '--os', 'linux'], []);
      expect(anywhere).toMatchObject({ code: 0, asked: 0 });
    });
  },
);
