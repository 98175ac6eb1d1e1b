import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { errorCode } from './lab-error.js';

/** A process, named so that a recycled process id is not taken for it. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot on Linux, `ps`'s lstart elsewhere: only ever compared. */
  startedAt: string;
}

export interface ProcessEntry extends ProcessIdentity {
  parentPid: number;
  /** Short name of the program, such as `sshd`. */
  name: string;
}

/** Every process that is alive now (zombies are not). Read at once, so that exit hooks can use it. */
export function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

export function readProcess(pid: number): ProcessEntry | undefined {
  if (process.platform === 'linux') return readStat(pid);
  return listFromPs().find((entry) => entry.pid === pid);
}

export function isAlive(identity: ProcessIdentity): boolean {
  return readProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** All below `root`, `root` not included. */
export function descendantsOf(root: number, table: ProcessEntry[]): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  const parents = new Set([root]);
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const entry of table) {
      if (parents.has(entry.parentPid) && !parents.has(entry.pid)) {
        parents.add(entry.pid);
        found.push(entry);
      }
    }
  }
  return found;
}

/** Sends the signal where the process is still the same one; false where it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Linux only (else undefined): the environment that a process was started with, as `NAME=value`. */
export function startEnvironment(pid: number): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return readIfAllowed(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))?.split('\0');
}

/** Linux only (else undefined): the folder that a process stands in. */
export function currentFolder(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return readIfAllowed(() => readlinkSync(`/proc/${pid}/cwd`));
}

function listFromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** proc(5): pid (comm) state ppid … with the start time as field 22; comm may hold spaces and brackets. */
function readStat(pid: number): ProcessEntry | undefined {
  const text = readIfAllowed(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === undefined) return undefined;
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    pid,
    parentPid: Number(fields[1]),
    startedAt: fields[19] ?? '',
    name: text.slice(text.indexOf('(') + 1, nameEnd),
  };
}

function listFromPs(): ProcessEntry[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,lstart=,comm='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 16 * 1024 * 1024,
  });
  return parsePs(text);
}

/** Lines such as `  501   1 S    Sat Nov 21 03:52:18 2026     /usr/sbin/sshd`. */
export function parsePs(text: string): ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d+)\s+(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith('Z')) return [];
    const [, pid, parentPid, , startedAt, command] = match;
    const name = (command ?? '').split('/').at(-1) ?? '';
    return [{ pid: Number(pid), parentPid: Number(parentPid), startedAt: startedAt ?? '', name }];
  });
}

const mayNotLook = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

function readIfAllowed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (mayNotLook.has(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
