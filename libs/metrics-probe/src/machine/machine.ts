import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disk, Gpu } from '../snapshot.js';
import type { SystemMemory } from './system-memory.js';
import { within } from './within.js';

/** What the collectors need of the machine they run on, so that a test can hand in another. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** How long to wait between two readings of the CPU counters; 0 for one reading alone. */
  readonly cpuWindowMs: number;
  sleep(ms: number): Promise<unknown>;
  /** A file below /proc. */
  readProc(path: string): Promise<string>;
  space(mount: string): Promise<{ totalBytes: number; availableBytes: number }>;
  /** Standard output of a program; rejects where it is missing, fails or runs into the time limit. */
  run(program: string, args: readonly string[]): Promise<string>;
  hasNvidiaDriver(): boolean;
  // What systeminformation knows, where there is no /proc.
  systemMemory(): Promise<SystemMemory>;
  fileSystems(): Promise<Disk[]>;
  graphics(): Promise<Gpu[]>;
}

export interface MachineOptions {
  readonly platform?: NodeJS.Platform;
  readonly cpuWindowMs: number;
  readonly limitMs: number;
  readonly procFolder: string;
}

/** The machine that this process runs on. Nothing is read before a method is called. */
export function createMachine(options: MachineOptions): Machine {
  const { platform = process.platform, cpuWindowMs, limitMs, procFolder } = options;
  // Loaded on first use: on Linux never, and nobody should pay for it at start.
  const inventory = () => import('./system-information.js');
  let memory: Promise<SystemMemory> | undefined;
  return {
    platform,
    cpuWindowMs,
    sleep,
    readProc: (path) => readFile(join(procFolder, path), 'utf8'),
    space: (mount) => within(limitMs, `the file system at ${mount}`, spaceOf(mount)),
    run: (program, args) => outputOf(program, args, limitMs),
    hasNvidiaDriver: () => existsSync(join(procFolder, 'driver/nvidia')) || existsSync('/dev/dxg'),
    systemMemory() {
      memory ??= within(
        limitMs,
        'systeminformation',
        inventory().then((loaded) => loaded.readMemory()),
      );
      return memory;
    },
    fileSystems: () =>
      within(
        limitMs,
        'systeminformation',
        inventory().then((loaded) => loaded.readFileSystems()),
      ),
    graphics: () =>
      within(
        limitMs,
        'systeminformation',
        inventory().then((loaded) => loaded.readGraphics()),
      ),
  };
}

async function spaceOf(mount: string) {
  const { bsize, blocks, bavail } = await statfs(mount);
  return { totalBytes: bsize * blocks, availableBytes: bsize * bavail };
}

function outputOf(program: string, args: readonly string[], limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: limitMs, killSignal: 'SIGKILL' as const };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.killed === true) {
        return reject(new Error(`${program} did not answer within ${limitMs} ms`, { cause: error }));
      }
      const said = `${stderr}${stdout}`.replace(/\s+/g, ' ').trim().slice(0, 200);
      return reject(new Error(`${program} failed: ${said === '' ? error.message : said}`, { cause: error }));
    });
  });
}
