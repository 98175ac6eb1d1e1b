import { type ChildProcess, execFile, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { stopScript } from '@cluster-execution/ssh-transport';
import {
  type ExecuteRequest,
  type Execution,
  ExecutionError,
  type Executor,
  type Exit,
  type NodeFacts,
} from './executor.js';

export interface LocalExecutorOptions {
  /** The environment of commands. */
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  facts: NodeFacts;
}

/** A background process may hold the command's output open: after its exit, silence this long is the end. */
const drainMs = 1_000;

/** Runs commands on this machine, each in a process group of its own. */
export function createLocalExecutor(options: LocalExecutorOptions): Executor {
  let shell: readonly string[] | undefined;

  return {
    facts: () => Promise.resolve({ ...options.facts, home: options.home }),
    async execute(request) {
      if (request.signal?.aborted === true)
        return { exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 };
      const cwd = localFolder(request.cwd, options.home);
      await checkFolder(cwd);
      const mark = randomBytes(8).toString('hex');
      shell ??= findShell(options.env);
      const [file = 'sh', ...args] = shell;
      const child = start(file, [...args, '-c', request.command], {
        cwd,
        env: { ...options.env, ...request.env, CLUSTER_RUN: mark },
        detached: true, // a session and process group of its own
        stdio: [request.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
      return follow(child, request, (group) => endGroup(group, mark, options.env));
    },
  };
}

/** By its path, so that a command may have any PATH. */
function findShell(env: LocalExecutorOptions['env']): readonly string[] {
  const { stdout, status } = spawnSync('sh', ['-c', 'command -v bash'], {
    env: { ...env },
    encoding: 'utf8',
  });
  const path = status === 0 ? stdout.trim() : '';
  return path.startsWith('/') ? [path, '--norc'] : ['/bin/sh'];
}

/** Node throws some of the system's refusals and tells others later; both become one error. */
function start(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(file, args, options);
  } catch (error) {
    throw spawnFailed(error as NodeJS.ErrnoException);
  }
}

function spawnFailed(cause: NodeJS.ErrnoException): ExecutionError {
  return new ExecutionError('spawn-failed', `The shell could not be started: ${cause.message}`, {
    hint:
      cause.code === 'E2BIG'
        ? 'The command and its environment are too long together.'
        : 'Is there a bash or sh on the PATH?',
    cause,
  });
}

function localFolder(cwd: string | undefined, home: string): string {
  if (cwd === undefined || cwd === '~') return home;
  return cwd.startsWith('~/') ? `${home}/${cwd.slice(2)}` : cwd;
}

async function checkFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error('not a folder');
    await access(folder, constants.X_OK);
  } catch (cause) {
    throw new ExecutionError('no-such-folder', `This machine has no folder ${folder} that can be entered.`, {
      hint: 'Pass cwd: "~", or a folder that is there.',
      cause,
    });
  }
}

type EndGroup = (group: number) => Promise<'yes' | 'no' | 'unknown'>;

function follow(child: ChildProcess, request: ExecuteRequest, endGroup: EndGroup): Promise<Execution> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let ended: Exit | undefined;
    let stopping: 'timeout' | 'cancelled' | undefined;
    let done = false;
    let drain: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    /** A reader that failed: the command is ended, and this is told. */
    let readerFailure: unknown;
    /** Streams whose reader is behind: their silence says nothing. */
    let behind = 0;

    const finish = (exit: Exit, error?: unknown) => {
      if (done) return;
      done = true;
      clearTimeout(drain);
      clearTimeout(deadline);
      request.signal?.removeEventListener('abort', onAbort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (error !== undefined) return reject(error);
      return resolve({ exit, durationMs: performance.now() - startedAt });
    };
    const settle = () => {
      if (stopping === undefined) finish(ended ?? { kind: 'lost' });
    };
    const stop = (why: 'timeout' | 'cancelled') => {
      // Without a process there is no group: 0 would be our own.
      if (stopping !== undefined || done || child.pid === undefined) return;
      stopping = why;
      endGroup(child.pid).then(
        (stopped) => finish({ kind: why, stopped }, readerFailure),
        (error: unknown) => finish({ kind: 'lost' }, error),
      );
    };
    const onAbort = () => stop('cancelled');

    for (const name of ['stdout', 'stderr'] as const) {
      const stream = child[name];
      stream?.on('data', (chunk: Buffer) => {
        drain?.refresh();
        if (done) return;
        const wait = request.onOutput?.(name, chunk);
        if (wait === undefined) return;
        stream.pause();
        behind += 1;
        wait.then(
          () => {
            behind -= 1;
            drain?.refresh();
            stream.resume();
          },
          (error: unknown) => {
            readerFailure = error;
            stop('cancelled');
          },
        );
      });
    }
    child.once('spawn', () => {
      if (request.timeoutMs !== undefined)
        deadline = setTimeout(() => stop('timeout'), Math.min(request.timeoutMs, 0x7fffffff));
      request.onStart?.();
    });
    child.once('error', (cause: NodeJS.ErrnoException) => finish({ kind: 'lost' }, spawnFailed(cause)));
    child.once('exit', (code, signal) => {
      ended = code === null ? { kind: 'signaled', signal: signal ?? 'unknown' } : { kind: 'exited', code };
      drain = setTimeout(() => {
        if (behind === 0) settle(); // else begun again when the reader has caught up
      }, drainMs);
    });
    child.once('close', settle);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (request.signal?.aborted === true) onAbort(); // while the folder was looked at
    feed(child, request.stdin);
  });
}

function feed(child: ChildProcess, stdin: ExecuteRequest['stdin']): void {
  if (child.stdin === null || stdin === undefined) return;
  // A command that ends without reading all of its input is no error; what matters is how it ended.
  child.stdin.on('error', () => undefined);
  if (stdin instanceof Uint8Array) child.stdin.end(stdin);
  else
    pipeline(stdin, child.stdin).then(
      () => undefined,
      () => child.stdin?.end(),
    );
}

/** Ends the group as on any node, by the same script, and looks whether anything is left. */
function endGroup(
  group: number,
  mark: string,
  env: LocalExecutorOptions['env'],
): Promise<'yes' | 'no' | 'unknown'> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', stopScript(group, mark)], { env: { ...env } }, (_error, stdout) => {
      const said = /^stopped=(yes|no)$/m.exec(stdout)?.[1];
      resolve(said === 'yes' || said === 'no' ? said : 'unknown');
    });
  });
}
