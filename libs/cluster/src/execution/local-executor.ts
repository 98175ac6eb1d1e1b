import { type ChildProcessByStdio, type SpawnOptions, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { follow, stoppedBy, stopScript } from '@cluster-execution/ssh-transport';
import {
  type ExecuteRequest,
  type Execution,
  ExecutionError,
  type Executor,
  type NodeFacts,
} from './executor.js';

export interface LocalExecutorOptions {
  /** The environment of commands. */
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  facts: NodeFacts;
}

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
      const child = start(file, [...args, '-c', request.command], request.stdin !== undefined, {
        cwd,
        env: { ...options.env, ...request.env, CLUSTER_RUN: mark },
        detached: true, // a session and process group of its own
      });
      feed(child, request.stdin);
      return followChild(child, request, (group) => endGroup(group, mark, options.env));
    },
  };
}

function followChild(
  child: Child,
  request: ExecuteRequest,
  endGroup: (group: number) => Promise<'yes' | 'no' | 'unknown'>,
): Promise<Execution> {
  const following = follow(
    {
      outputs: child,
      // Without a process there is no group: 0 would be our own.
      end: () => (child.pid === undefined ? Promise.resolve('yes') : endGroup(child.pid)),
      verdict: (exit) => exit ?? { kind: 'lost' },
      release() {
        child.stdout.destroy();
        child.stderr.destroy();
      },
    },
    request,
  );
  child.once('spawn', () => following.started());
  child.once('error', (cause: NodeJS.ErrnoException) => following.failed(spawnFailed(cause)));
  child.once('exit', (code, signal) =>
    following.exited(
      code === null ? { kind: 'signaled', signal: signal ?? 'unknown' } : { kind: 'exited', code },
    ),
  );
  child.once('close', () => following.closed());
  return following.result;
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

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** Node throws some of the system's refusals and tells others later; both become one error. */
function start(file: string, args: readonly string[], hasStdin: boolean, options: SpawnOptions): Child {
  try {
    return hasStdin
      ? spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
      : spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
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

function feed(child: Child, stdin: ExecuteRequest['stdin']): void {
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
      resolve(stoppedBy(stdout));
    });
  });
}
