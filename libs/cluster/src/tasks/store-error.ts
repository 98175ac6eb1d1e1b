/**
 * - `sqlite-missing`: this Node.js has no `node:sqlite`
 * - `store-too-new`: the file was written by a newer version
 * - `store-corrupt`: the file was damaged while it was open
 * - `store-busy`: another process held the file for seconds
 * - `store-unwritable`: no permission, no space or a read-only file system
 * - `store-closed`: used after `close()`
 * - `store-failed`: anything else SQLite says
 * - `illegal-transition`: a change of state that can never be right, such as out of a terminal state
 */
export type TaskStoreErrorCode =
  | 'sqlite-missing'
  | 'store-too-new'
  | 'store-corrupt'
  | 'store-busy'
  | 'store-unwritable'
  | 'store-closed'
  | 'store-failed'
  | 'illegal-transition';

export class TaskStoreError extends Error {
  override readonly name = 'TaskStoreError';
  readonly code: TaskStoreErrorCode;

  constructor(code: TaskStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html, and what to do about them. */
const byResultCode = new Map<number, readonly [TaskStoreErrorCode, string]>([
  [5, ['store-busy', 'is held by another process; try again, and see which process hangs']],
  [6, ['store-busy', 'is held by another process; try again, and see which process hangs']],
  [3, ['store-unwritable', 'cannot be accessed; see who owns the folder and its files']],
  [8, ['store-unwritable', 'is read-only; see who owns the folder and its files']],
  [10, ['store-unwritable', 'could not be read or written; see the disk']],
  [11, ['store-corrupt', 'is damaged; the next start moves it aside and begins a new one']],
  [13, ['store-unwritable', 'cannot grow, the disk is full; free some space']],
  [14, ['store-unwritable', 'cannot be opened; see who owns the folder and its files']],
  [23, ['store-unwritable', 'cannot be accessed; see who owns the folder and its files']],
  [26, ['store-corrupt', 'is no database; the next start moves it aside and begins a new one']],
]);

/** Gives what `node:sqlite` and the file system throw a code and a next step. */
export function toTaskStoreError(file: string, cause: unknown): TaskStoreError {
  if (cause instanceof TaskStoreError) return cause;
  const { code, errcode, message } = cause as { code?: unknown; errcode?: unknown; message?: unknown };
  if (code === 'ERR_INVALID_STATE') {
    return new TaskStoreError('store-closed', `the task record ${file} was used after it was closed`, cause);
  }
  const known = typeof errcode === 'number' ? byResultCode.get(errcode & 0xff) : fileSystemError(code);
  if (known !== undefined) {
    return new TaskStoreError(known[0], `the task record ${file} ${known[1]} (${String(message)})`, cause);
  }
  return new TaskStoreError('store-failed', `the task record ${file} failed: ${String(message)}`, cause);
}

function fileSystemError(code: unknown): readonly [TaskStoreErrorCode, string] | undefined {
  const isFileSystems = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  return isFileSystems
    ? ['store-unwritable', 'cannot be created; choose another state folder, or see who owns this one']
    : undefined;
}
