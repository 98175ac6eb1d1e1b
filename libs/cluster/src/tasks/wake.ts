import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  statSync,
  watch,
  writeSync,
  type FSWatcher,
} from 'node:fs';
import { join } from 'node:path';
import { makeStateFolder } from './state-folder.js';
import { TaskStoreError } from './store-error.js';

/**
 * How processes that share a store tell each other that something changed. The change is written first, then the bell is
 * rung. It says only "look again": a listener must bear being called for nothing.
 */
export interface Wake {
  ring(): void;
  /** The listener is called after every ring of any process, this one too, and at each poll. Returns: stop. */
  onWake(listener: () => void): () => void;
  close(): void;
}

export interface FileWakeOptions {
  /** The safety net: listeners are also called this often. Default 1000. */
  readonly pollMs?: number;
}

/**
 * A bell that is a small watched file, `wake`, in the store's folder. Its timer and watcher keep no process alive. Where files
 * cannot be watched (too many watches, a file system without them) the poll alone wakes.
 *
 * @throws TaskStoreError: `store-unwritable` where the folder or the file cannot be made
 */
export function createFileWake(folder: string, { pollMs = 1000 }: FileWakeOptions = {}): Wake {
  const file = join(folder, 'wake');
  const listeners = new Set<() => void>();
  let bell = openBell(file, folder);
  let watcher: FSWatcher | undefined;
  let poll: NodeJS.Timeout | undefined;
  let isScheduled = false;
  /** The watch has shown that it sees changes; it will see those of ours too. */
  let watchWorks = false;
  let isClosed = false;

  /** One call for all the rings of a moment, and never from within `ring()`. */
  function schedule(): void {
    if (isScheduled || isClosed) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (isClosed) return;
      for (const listener of listeners) listener();
    });
  }

  /** Somebody removed or replaced the file: others would ring one file and we watch another. */
  function follow(): void {
    if (statSync(file, { throwIfNoEntry: false })?.ino === bell.inode) return;
    closeSync(bell.descriptor);
    bell = openBell(file, folder);
    if (poll !== undefined) startWatching();
  }

  function startWatching(): void {
    stopWatching();
    watcher = watchIfPossible(file, onChange);
    watcher?.on('error', stopWatching);
  }

  function stopWatching(): void {
    watcher?.close();
    watcher = undefined;
    watchWorks = false;
  }

  function look(): void {
    if (isClosed) return;
    follow();
    schedule();
  }

  function onChange(): void {
    watchWorks = true;
    look();
  }

  function onPoll(): void {
    if (watcher === undefined) startWatching();
    look();
  }

  function start(): void {
    if (poll !== undefined) return;
    startWatching();
    poll = setInterval(onPoll, pollMs);
    poll.unref();
  }

  function stop(): void {
    stopWatching();
    clearInterval(poll);
    poll = undefined;
  }

  return {
    ring() {
      if (isClosed) return;
      follow();
      // In place: the file stays one byte long.
      writeSync(bell.descriptor, '.', 0);
      // The watch tells of our ring as of others', and of both at once: then nobody need look twice.
      if (!watchWorks) schedule();
    },
    onWake(listener) {
      // An entry of its own, so that one function may listen twice.
      const entry = () => listener();
      listeners.add(entry);
      if (!isClosed) start();
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0) stop();
      };
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      listeners.clear();
      stop();
      closeSync(bell.descriptor);
    },
  };
}

/** Not opened to append: Linux would then append whatever the position says. */
function openBell(file: string, folder: string): { descriptor: number; inode: number } {
  makeStateFolder(folder);
  try {
    const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o600);
    return { descriptor, inode: fstatSync(descriptor).ino };
  } catch (cause) {
    const message = `${file}, by which processes hear of each other's tasks, cannot be written; see who owns it and the state folder (${(cause as Error).message})`;
    throw new TaskStoreError('store-unwritable', message, cause);
  }
}

/** Undefined where there is no watch to be had, or the file has just gone: the poll goes on and tries again. */
function watchIfPossible(file: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(file, { persistent: false }, onChange);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EMFILE' || code === 'ENOENT' || code === 'ENOSYS') return undefined;
    throw error;
  }
}
