import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, LabOptions } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { collect } from '../testing/collect.js';
import { setUpLabs, targetOf } from '../testing/labs.js';
import type { Transport } from '../transport.js';
import type { RunRequest } from './exit.js';

const { here, start: startLab, open } = setUpLabs('sessions');
let lab: Lab;
let transport: Transport;

async function start(options: Partial<LabOptions>): Promise<void> {
  lab = await startLab(options);
  transport = open(lab, { environment: 'user' });
}

const target = () => targetOf(lab);

const run = (request: RunRequest) => collect(transport, target(), request);

/** A folder with all programs of this machine but some. */
async function programsWithout(...hidden: string[]): Promise<string> {
  const programs = here('programs');
  await mkdir(programs);
  for (const from of ['/usr/bin', '/bin', '/usr/sbin', '/sbin'])
    for (const name of readdirSync(from))
      if (!hidden.includes(name) && !existsSync(join(programs, name)))
        await symlink(join(from, name), join(programs, name)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error; // a link that leads nowhere
        });
  return programs;
}

/** A folder with busybox under all of its names, as on Alpine. */
async function busybox(): Promise<string> {
  const programs = here('programs');
  await mkdir(programs);
  const [path = ''] = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).split('\n');
  execFileSync(path, ['--install', '-s', programs]);
  return programs;
}

async function holds(): Promise<void> {
  const request = { command: 'cat; echo "$A" >&2; exit 7', stdin: Buffer.from('in\0put\n'), env: { A: 'a' } };
  expect(await run(request)).toEqual({
    exit: { kind: 'exited', code: 7 },
    stdout: 'in\0put\n',
    stderr: 'a\n',
  });
  const quotes = `${': "\'$x\'";'.repeat(9_000)} echo done`;
  expect(await run({ command: quotes })).toMatchObject({ stdout: 'done\n', exit: { code: 0 } });
  const group = await run({
    command: 'read -r l </proc/$$/stat; l=${l##*) }; set -- $l; echo $(( $$ == $3 ))',
  });
  expect(group.stdout).toBe('1\n');
  const stubborn = `trap '' INT TERM; (trap '' INT; sleep 1000 & wait) & sleep 1000`;
  const late = await run({ command: stubborn, timeoutMs: 300 });
  expect(late.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
  await expect.poll(() => lab.node('n1').processes(), { timeout: 5_000 }).toEqual([]);
}

describe('a command leads a process group of its own', () => {
  it('on a server of another make', async () => {
    await start({ engine: 'embedded' });
    expect(await transport.greeting(target())).toMatchObject({ group: 'given' });
    await holds();
  });

  it('where a forced command waits for it', async () => {
    await start({ engine: 'sshd', forcedCommand: 'server' });
    expect(await transport.greeting(target())).toMatchObject({ group: 'setsid' });
    await holds();
  });

  it('likewise without setsid, as on macOS', async () => {
    const programs = await programsWithout('setsid');
    await start({ engine: 'sshd', forcedCommand: 'server', sshdExtra: () => [`SetEnv PATH=${programs}`] });
    expect(await transport.greeting(target())).toMatchObject({ group: 'perl' });
    await holds();
  });

  it('or nothing runs, and what is missing is named', async () => {
    const programs = await programsWithout('setsid', 'perl');
    await start({ engine: 'sshd', forcedCommand: 'server', sshdExtra: () => [`SetEnv PATH=${programs}`] });
    await expect(transport.run(target(), { command: 'true' })).rejects.toMatchObject({
      code: 'shell-failed',
      hint: expect.stringMatching(/setsid.*perl/),
    });
  });
});

const missing = process.env['CLUSTER_TEST_MISSING'] ?? '';

describe.skipIf(missing.includes('busybox'))('where there is nothing but busybox', () => {
  it.each([undefined, 'server'] as const)('commands run and end (forced command: %s)', async (forced) => {
    const programs = await busybox();
    await start({
      engine: 'sshd',
      sshdExtra: () => [`SetEnv PATH=${programs}`],
      ...(forced === undefined ? {} : { forcedCommand: forced }),
    });
    expect(await transport.greeting(target())).toMatchObject({
      shell: 'sh',
      group: forced === undefined ? 'given' : 'setsid',
    });
    await holds();
    const left = await run({ command: 'setsid sleep 1000 & sleep 1000', timeoutMs: 300 });
    expect(left.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
    await expect.poll(() => lab.node('n1').processes(), { timeout: 5_000 }).toEqual([]);
  });
});

it('says whether it is gone though the login shell prints something without an end', async () => {
  await start({ engine: 'sshd' });
  await writeFile(join(lab.node('n1').home, '.bashrc'), 'printf "no newline"\n');
  const late = await run({ command: 'sleep 1000', timeoutMs: 300 });
  expect(late.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
});
