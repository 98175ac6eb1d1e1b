import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 200;

/**
 * Runs `work` while no other process of this machine runs work under the same lock file. Waits for its turn; the lock
 * of a process that is gone counts for nothing.
 *
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process is at it
 * @returns {Promise<T>}
 */
export async function exclusively(lockFile, work, onWait = () => {}) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const me = identity(process.pid);
  for (let waits = 0; !take(lockFile, me); waits += 1) {
    const owner = readOwner(lockFile);
    if (owner !== undefined && !isAlive(owner)) {
      dropStale(lockFile, owner);
      continue;
    }
    if (waits === 0) onWait();
    await delay(pollMs);
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** A process id comes round again; together with its start time it does not. */
function identity(pid) {
  return `${pid} ${startTime(pid)}`;
}

function startTime(pid) {
  try {
    // The fields after the program's name, which may hold blanks and brackets itself; `man 5 proc`, field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return 'unknown';
    throw error;
  }
}

function isAlive(owner) {
  const pid = Number(owner.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    if (error.code !== 'EPERM') throw error;
  }
  return identity(pid) === owner;
}

/** A link appears whole or not at all: nobody ever reads a half-written lock. */
function take(lockFile, me) {
  const mine = `${lockFile}.${process.pid}`;
  writeFileSync(mine, me);
  try {
    linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine);
  }
}

function readOwner(lockFile) {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Moved aside first, so that of two who saw the same dead owner only one takes it away. */
function dropStale(lockFile, owner) {
  const aside = `${lockFile}.${process.pid}.stale`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== owner) renameSync(aside, lockFile);
  rmSync(aside, { force: true });
}
