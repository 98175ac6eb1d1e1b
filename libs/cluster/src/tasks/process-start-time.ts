import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Owner } from './task.js';

/**
 * When a process started, in the system's own words, to tell it from a later one with the same id; undefined where there
 * is no such process. On Linux `TICKS@BOOT`, field 22 of `/proc/PID/stat` (proc(5)) and the boot's id, since ticks
 * count from the boot; elsewhere what `ps -o lstart=` prints.
 */
export function processStartTime(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
}

/** The process that runs this, as the owner of its tasks. */
export function thisProcess(): Owner {
  return { pid: process.pid, startedAt: processStartTime(process.pid) ?? 'unknown', host: hostname() };
}

/**
 * Whether the owner of a task still runs. An owner in another container (same boot, other host name) cannot be seen from here
 * and counts as alive; one from before a restart of the machine does not.
 */
export function isOwnerAlive(owner: Owner): boolean {
  if (process.platform === 'linux') {
    if (bootOf(owner.startedAt) !== bootId()) return false;
    if (owner.host !== hostname()) return true;
  }
  return processStartTime(owner.pid) === owner.startedAt;
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [afterName[0], afterName[19]];
  // A zombie has ended; only its parent has not looked yet.
  if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
  return `${ticks}@${bootId()}`;
}

function bootId(): string {
  return (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function bootOf(startedAt: string): string {
  return startedAt.slice(startedAt.indexOf('@') + 1);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: the process ended between opening the file and reading it.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function psStartTime(pid: number): string | undefined {
  try {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env });
    const [state = '', ...started] = output.trim().split(/\s+/);
    return started.length === 0 || state.startsWith('Z') ? undefined : started.join(' ');
  } catch (error) {
    // ps ends with 1 where there is no such process; anything else is a broken system.
    if ((error as { status?: unknown }).status === 1) return undefined;
    throw error;
  }
}
