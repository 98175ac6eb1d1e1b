/// <reference types="node" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '@cluster-execution/lab';

export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export type Json = Record<string, unknown>;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as it was written. */
  bytes: Buffer;
}

export interface Running {
  child: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
}

export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Given to its standard input, which is /dev/null otherwise. */
  input?: string | Buffer;
  /** Another program than ours. */
  program?: string[];
}

/** Folders and an environment of their own for calls of the command line; removed when disposed of. */
export interface Place extends AsyncDisposable {
  folder: string;
  project: string;
  home: string;
  configFile: string;
  env: Record<string, string>;
  /** Runs the built command line to its end. */
  cli(args: string[], options?: StartOptions): Promise<Ended>;
  /** Starts it. */
  start(args: string[], options?: StartOptions): Running;
  /** Runs it with `--json` and gives back the one line that it prints. */
  json(args: string[], options?: StartOptions): Promise<Json>;
}

export async function makePlace(config?: string): Promise<Place> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cluster-cli-')));
  const [project, home, temporary] = ['project', 'home', 'tmp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const configFile = join(folder, 'cluster.yaml');
  await Promise.all([project, home, temporary].map((path) => mkdir(path)));
  if (config !== undefined) await writeFile(configFile, config);
  const env = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    TMPDIR: temporary,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    ...(config === undefined ? {} : { CLUSTER_CONFIG: configFile }),
  };
  const running = new Set<ChildProcess>();
  const start = (args: string[], options: StartOptions = {}): Running => {
    const started = run(options.program ?? [process.execPath, main], args, {
      ...options,
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
    });
    running.add(started.child);
    started.child.once('exit', () => running.delete(started.child));
    return started;
  };
  const cli = (args: string[], options?: StartOptions) => start(args, options).ended;
  return {
    folder,
    project,
    home,
    configFile,
    env,
    start,
    cli,
    async json(args, options) {
      const { stdout } = await cli([...args, '--json'], options);
      return JSON.parse(stdout) as Json;
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function run(
  [program = '', ...first]: string[],
  args: string[],
  { input, env, cwd }: StartOptions & { env: Record<string, string>; cwd: string },
): Running {
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(program, [...first, ...args], { cwd, env, stdio: [...stdio] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.end(input);
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  const end = async (): Promise<Ended> => {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: text(stdout), stderr: text(stderr), bytes: Buffer.concat(stdout) };
  };
  return { child, stdout: () => text(stdout), stderr: () => text(stderr), ended: end() };
}

/** The lab's inventory; no node counts as overloaded by what else this machine does. */
export function inventory(
  lab: Lab,
  settings: Json = {},
  extra: (id: string) => Json = () => ({ maxTasks: 8 }),
): string {
  const calm = {
    localNode: 'here',
    thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 100 },
    timeouts: { connectSeconds: 20, statusSeconds: 20 },
    ssh: { checkSeconds: 20 },
  };
  return lab.clusterYaml({ settings: { ...calm, ...settings }, extra });
}

/** The task's id, which the last line on how a command ended names. */
export function taskOf(stderr: string): string {
  const id = /· ([\w-]{8,})\s*(?:\n|$)/.exec(stderr)?.[1];
  if (id === undefined) throw new Error(`No task is named in: ${stderr}`);
  return id;
}

/** Looks again and again until it is so; the limit only ends a test that would never end. */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean = Boolean,
  limitMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`It never came to be; last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
