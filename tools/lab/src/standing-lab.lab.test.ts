import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab } from './lab.js';
import { isAlive, readProcess } from './process-table.js';
import { runSsh } from './run-ssh.js';
import { find, raise, raze } from './standing-lab.js';
import { waitUntil } from './wait-until.js';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'cluster-execution-standing-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

test('a lab is found again, steered and taken down', async () => {
  const folder = join(parent, 'lab');
  await expect(find(folder)).rejects.toMatchObject({ code: 'no-lab' });
  const { sshConfigFile } = describeLab(await raise(folder, 2));
  try {
    await expect(raise(folder, 1)).rejects.toMatchObject({ code: 'lab-exists' });
    const again = await find(folder);
    await describeLab(again).node('n1').stop();
    expect(again.nodes.map((node) => node.running())).toEqual([false, true]);
    expect((await runSsh(sshConfigFile, ['n1', 'true'])).code).toBe(255);
    expect((await runSsh(sshConfigFile, ['n2', 'exit 3'])).code).toBe(3);
  } finally {
    await raze(folder);
  }
  expect(existsSync(folder)).toBe(false);
});

test('a folder that others can write to is refused', async () => {
  const folder = join(parent, 'open');
  await mkdir(folder);
  await chmod(folder, 0o777);
  await expect(raise(folder, 1)).rejects.toMatchObject({ code: 'lab-exists' });
});

const built = new URL('../dist/index.js', import.meta.url).href;

test.each(['an exit', 'an uncaught error', 'SIGTERM', 'SIGINT'])(
  '%s of its owner ends a lab',
  async (how) => {
    const ends: Record<string, string> = {
      'an exit': 'process.exit(0)',
      'an uncaught error': `throw new Error('x')`,
    };
    const program = `
    const { startLab } = await import(${JSON.stringify(built)});
    const labs = [await startLab({ nodes: 1 }), await startLab({ nodes: 1 })];
    const { readFileSync } = await import('node:fs');
    const pids = labs.map((lab) => Number(readFileSync(lab.folder + '/nodes/n1/pid', 'utf8')));
    const keepAlive = setInterval(() => {}, 1000);
    process.stdout.write(JSON.stringify({ pids, folders: labs.map((lab) => lab.folder) }) + '\\n');
    process.stdin.once('data', () => { ${ends[how] ?? ''} });
  `;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(owner, 'exit');
    const [line]: unknown[] = await once(owner.stdout, 'data');
    const { pids, folders } = JSON.parse(String(line)) as { pids: number[]; folders: string[] };
    const servers = pids.map((pid) => readProcess(pid)).filter((entry) => entry !== undefined);
    expect(servers).toHaveLength(2);
    if (how.startsWith('SIG')) owner.kill(how as NodeJS.Signals);
    else owner.stdin.write('end\n');
    const [code, signal]: unknown[] = await ended;
    expect(signal ?? code).toBe(how.startsWith('SIG') ? how : how === 'an exit' ? 0 : 1);
    const gone = await waitUntil(() => (servers.some(isAlive) ? undefined : true), { timeoutMs: 10_000 });
    expect(gone).toBe(true);
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  },
);
