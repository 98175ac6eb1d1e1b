/// <reference types="node" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as apps from '@cluster-execution/contracts/apps';
import type { Lab } from '@cluster-execution/lab';

export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export { until, type Json } from '@cluster-execution/contracts/apps';

type Json = apps.Json;

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

/** A place with the command line in it; what still runs is killed when it is disposed of. */
export interface Place extends apps.Place {
  /** Runs the built command line to its end. */
  cli(args: string[], options?: StartOptions): Promise<Ended>;
  /** Starts it. */
  start(args: string[], options?: StartOptions): Running;
  /** Runs it with `--json` and gives back the one line that it prints. */
  json(args: string[], options?: StartOptions): Promise<Json>;
}

export async function makePlace(config?: string): Promise<Place> {
  const place = await apps.makePlace(config === undefined ? {} : { config });
  const running = new Set<ChildProcess>();
  const start = (args: string[], options: StartOptions = {}): Running => {
    const started = run(options.program ?? [process.execPath, main], args, {
      ...options,
      cwd: options.cwd ?? place.project,
      env: { ...place.env, ...options.env },
    });
    running.add(started.child);
    started.child.once('exit', () => running.delete(started.child));
    return started;
  };
  const cli = (args: string[], options?: StartOptions) => start(args, options).ended;
  return {
    ...place,
    start,
    cli,
    async json(args, options) {
      const { stdout } = await cli([...args, '--json'], options);
      return JSON.parse(stdout) as Json;
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await place[Symbol.asyncDispose]();
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

/** The lab's inventory, with this machine as `here`. */
export function inventory(lab: Lab, settings: Json = {}, extra?: (id: string) => Json): string {
  return apps.inventory(lab, { localNode: 'here', ...settings }, extra);
}

/** The task's id, which the last line on how a command ended names. */
export function taskOf(stderr: string): string {
  const id = /· ([\w-]{8,})\s*(?:\n|$)/.exec(stderr)?.[1];
  if (id === undefined) throw new Error(`No task is named in: ${stderr}`);
  return id;
}
