import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecuteRequest, Execution, Executor } from '@cluster-execution/cluster';

/** What a suite needs of the node behind an executor. */
export interface ExecutorSetup {
  executor: Executor;
  /** A folder on the node that is there, not its home. */
  folder: string;
  close(): Promise<void>;
}

interface Ran extends Execution {
  stdout: string;
  stderr: string;
  bytes: number;
  starts: number;
}

/** Runs and collects. */
export async function collect(executor: Executor, request: ExecuteRequest): Promise<Ran> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let starts = 0;
  const execution = await executor.execute({
    ...request,
    onStart: () => {
      starts += 1;
      request.onStart?.();
    },
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk);
      return request.onOutput?.(stream, chunk);
    },
  });
  const stdout = Buffer.concat(chunks.stdout);
  return {
    ...execution,
    stdout: stdout.toString('utf8'),
    stderr: Buffer.concat(chunks.stderr).toString('utf8'),
    bytes: stdout.length,
    starts,
  };
}

/** The contract of `Executor`, for every implementation. Runs harmless commands on the node for real. */
export function describeExecutor(name: string, setUp: () => Promise<ExecutorSetup>): void {
  describe(`executor contract: ${name}`, () => {
    let setup: ExecutorSetup;
    beforeAll(async () => {
      setup = await setUp();
    });
    afterAll(async () => {
      await setup.close();
    });
    const run = (request: ExecuteRequest) => collect(setup.executor, request);
    /** Ids of the processes that have `text` in their command line, seen by the node itself. */
    const processesWith = async (text: string): Promise<string> => {
      const [first = '', ...rest] = text;
      return (await run({ command: `ps -A -o pid=,args= | grep '[${first}]${rest.join('')}' || :` })).stdout;
    };

    it.each([0, 1, 2, 42, 126, 127, 255])('tells exit code %i', async (code) => {
      expect((await run({ command: `exit ${code}` })).exit).toEqual({ kind: 'exited', code });
    });

    it('tells the signal that ended the shell', async () => {
      expect((await run({ command: 'kill -TERM $$' })).exit).toEqual({ kind: 'signaled', signal: 'SIGTERM' });
    });

    it('keeps standard output and standard error apart, byte for byte', async () => {
      const ran = await run({ command: `printf 'a\\0\\377b'; printf 'err\\n' >&2` });
      expect(ran.bytes).toBe(4);
      expect(ran.stderr).toBe('err\n');
      expect(ran.starts).toBe(1);
    });

    it('runs in the folder that is named, and in the home without one', async () => {
      expect((await run({ command: 'pwd -P', cwd: setup.folder })).stdout.trim()).toBe(setup.folder);
      const home = (await run({ command: 'cd && pwd -P' })).stdout;
      expect((await run({ command: 'pwd -P' })).stdout).toBe(home);
      expect((await run({ command: 'pwd -P', cwd: '~' })).stdout).toBe(home);
    });

    it('refuses a folder that is not there, and runs nothing', async () => {
      const refused = run({ command: `touch ${setup.folder}/ran`, cwd: `${setup.folder}/no such folder` });
      await expect(refused).rejects.toMatchObject({ code: 'no-such-folder' });
      expect((await run({ command: 'ls -A', cwd: setup.folder })).stdout).not.toContain('ran');
    });

    it('gives a command that asks for input the end of it at once', async () => {
      expect((await run({ command: 'cat; readlink /dev/fd/0 || :' })).stdout.trim()).toBe('/dev/null');
    });

    it('hands over standard input whole', async () => {
      const input = Buffer.alloc(300_000, 'abcdefg\n');
      expect((await run({ command: 'cat', stdin: input })).stdout).toBe(input.toString());
    });

    it('does not mind a command that does not read its input', async () => {
      expect((await run({ command: 'exit 3', stdin: Buffer.alloc(500_000) })).exit).toEqual({
        kind: 'exited',
        code: 3,
      });
    });

    it('sets variables, whatever their values, and keeps standard input intact beside them', async () => {
      const env = { A: `it's "x" $y \`z\``, B: 'two\nlines\\', C: 'ä€😀' };
      const ran = await run({
        command: `printf '%s|%s|%s|' "$A" "$B" "$C"; cat`,
        env,
        stdin: Buffer.from('input'),
      });
      expect(ran.stdout).toBe(`${env.A}|${env.B}|${env.C}|input`);
    });

    it.each([
      ['quotes', `'`.repeat(0) + `echo "it's" 'a"b' \\$HOME`, `it's a"b $HOME\n`],
      ['several lines', 'a=1\necho "$a"\n\n# comment\necho done', '1\ndone\n'],
      ['a here-document', 'cat <<X\nin\nX\necho after', 'in\nafter\n'],
      ['globs and variables', 'set -- /et[c]; echo "$1"', '/etc\n'],
    ])('means the same as in a shell: %s', async (_what, command, expected) => {
      expect((await run({ command })).stdout).toBe(expected);
    });

    it('takes a command of 100 kB that is mostly quotes', async () => {
      const text = `'"'"`.repeat(24_000);
      const command = `printf %s ${JSON.stringify('x')}; : ${`"'"`.repeat(32_000)}`;
      expect(text.length).toBeGreaterThan(90_000);
      expect((await run({ command })).stdout).toBe('x');
    });

    it('reports a syntax error of the shell as the shell does', async () => {
      const ran = await run({ command: 'if true' });
      expect(ran.exit).toEqual({ kind: 'exited', code: 2 });
      expect(ran.stderr).toMatch(/syntax error|unexpected/i);
    });

    it('ends the command and what it started when the time is over, and sees that it is gone', async () => {
      const mark = `7${Math.floor(Math.random() * 1e8)}`;
      const ran = await run({ command: `sleep ${mark} & sleep ${mark}; echo not reached`, timeoutMs: 300 });
      expect(ran.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
      expect(ran.stdout).toBe('');
      expect(await processesWith(`sleep ${mark}`)).toBe('');
    });

    it('ends a command that ignores INT and TERM', async () => {
      const ran = await run({ command: `trap '' INT TERM; while :; do sleep 0.05; done`, timeoutMs: 200 });
      expect(ran.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
    });

    it('finds what has left the process group', async () => {
      const mark = `8${Math.floor(Math.random() * 1e8)}`;
      const ran = await run({
        command: `setsid sleep ${mark} >/dev/null 2>&1 & sleep ${mark}`,
        timeoutMs: 300,
      });
      expect(ran.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
      expect(await processesWith(`sleep ${mark}`)).toBe('');
    });

    it('ends a command that is cancelled', async () => {
      const mark = `9${Math.floor(Math.random() * 1e8)}`;
      const controller = new AbortController();
      const ran = await run({
        command: `sleep ${mark}`,
        signal: controller.signal,
        onStart: () => controller.abort(),
      });
      expect(ran.exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
      expect(await processesWith(`sleep ${mark}`)).toBe('');
    });

    it('runs nothing that was cancelled before', async () => {
      const file = `${setup.folder}/${randomUUID()}`;
      const ran = await run({ command: `touch ${file}`, signal: AbortSignal.abort() });
      expect(ran.exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
      expect((await run({ command: `ls ${file}` })).exit).not.toEqual({ kind: 'exited', code: 0 });
    });

    it('does not wait for a background process that keeps the output open', async () => {
      const mark = `6${Math.floor(Math.random() * 1e8)}`;
      const ran = await run({ command: `sleep ${mark} & echo started`, timeoutMs: 60_000 });
      expect(ran.exit).toEqual({ kind: 'exited', code: 0 });
      expect(ran.stdout).toBe('started\n');
      await run({ command: `kill $(ps -A -o pid=,args= | awk '/[s]leep ${mark}/ { print $1 }')` });
    });

    it('brings 20 MB of output back whole, and holds the sender back meanwhile', async () => {
      let pending = 0;
      let most = 0;
      const ran = await run({
        command: 'head -c 20000000 /dev/zero',
        onOutput: async () => {
          pending += 1;
          most = Math.max(most, pending);
          await new Promise((resolve) => setImmediate(resolve));
          pending -= 1;
        },
      });
      expect(ran.bytes).toBe(20_000_000);
      expect(most).toBeLessThan(20);
    });

    it('runs 40 at once, each with its own answer', async () => {
      const ran = await Promise.all(
        Array.from({ length: 40 }, (_, index) => run({ command: `echo ${index}; exit ${index}` })),
      );
      expect(ran.map(({ stdout }) => stdout.trim())).toEqual(ran.map((_, index) => String(index)));
      expect(ran.map(({ exit }) => exit)).toEqual(ran.map((_, code) => ({ kind: 'exited', code })));
    });

    it('tells what the node is', async () => {
      expect(await setup.executor.facts()).toMatchObject({
        os: expect.stringMatching(/^(linux|macos)$/),
        arch: expect.stringMatching(/^(x86_64|arm64)$/),
        cores: expect.any(Number),
        home: expect.stringMatching(/^\//),
      });
    });
  });
}
