import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExecuteRequest } from './executor.js';
import { createLocalExecutor } from './local-executor.js';
import { executeScript } from './script.js';

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'local-executor-')));
});
afterEach(() => rmSync(home, { recursive: true }));

const executor = () =>
  createLocalExecutor({ env: { ...process.env, HOME: home, TMPDIR: home }, home, facts: {} });

async function run(request: ExecuteRequest) {
  let stdout = '';
  const { exit } = await executor().execute({
    ...request,
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') stdout += chunk.toString();
      return request.onOutput?.(stream, chunk);
    },
  });
  return { exit, stdout };
}

it('finds its shell whatever PATH a command is given', async () => {
  const ran = await run({ command: 'echo "$PATH"', env: { PATH: '/nowhere' } });
  expect(ran).toEqual({ exit: { kind: 'exited', code: 0 }, stdout: '/nowhere\n' });
});

it('says what the system refuses to start', async () => {
  await expect(run({ command: ':', env: { A: 'x'.repeat(3_000_000) } })).rejects.toMatchObject({
    code: 'spawn-failed',
    hint: expect.stringContaining('too long'),
  });
});

it('gives a slow reader all of the output', async () => {
  let pauses = 0;
  let bytes = 0;
  const ran = await run({
    command: 'head -c 150000 /dev/zero',
    onOutput: (_stream, chunk) => {
      bytes += chunk.length;
      pauses += 1;
      // Longer than silence may last after the end of a command.
      return pauses > 1 ? undefined : new Promise((resolve) => setTimeout(resolve, 1_500));
    },
  });
  expect(ran.exit).toEqual({ kind: 'exited', code: 0 });
  expect(bytes).toBe(150_000);
});

it('does not take a fault in the reader for the command’s', async () => {
  const broken = run({ command: 'echo x', onOutput: () => Promise.reject(new Error('reader')) });
  await expect(broken).rejects.toThrow('reader');
});

it('runs a script and tells how it ended, even where it cannot be removed', async () => {
  const real = executor();
  let calls = 0;
  const ran = await executeScript(
    {
      facts: () => real.facts(),
      execute: (request) => {
        calls += 1;
        return calls === 3 ? Promise.reject(new Error('the node is gone')) : real.execute(request);
      },
    },
    { text: '#!/bin/sh\nexit 9\n', args: [] },
    { command: 'script' },
  );
  expect(ran.exit).toEqual({ kind: 'exited', code: 9 });
  expect(calls).toBe(3);
});

it('gives a script its arguments as they are', async () => {
  const args = ['', 'a b', "it's", '$HOME `id` *', '-n', '--', 'a\nb'];
  let printed = '';
  const script = { text: `#!/bin/sh\nprintf '<%s>' "$@"\n`, args };
  const onOutput = (_stream: unknown, chunk: Buffer) => void (printed += chunk.toString());
  await executeScript(executor(), script, { command: 'script', onOutput });
  expect(printed).toContain(args.map((arg) => `<${arg}>`).join(''));
});

it('says where a script could not be copied, and runs nothing', async () => {
  const real = createLocalExecutor({
    env: { ...process.env, TMPDIR: join(home, 'absent') },
    home,
    facts: {},
  });
  await expect(
    executeScript(real, { text: '#!/bin/sh\n', args: [] }, { command: 'script' }),
  ).rejects.toMatchObject({
    code: 'script-copy-failed',
    message: expect.stringContaining('absent'),
  });
});
