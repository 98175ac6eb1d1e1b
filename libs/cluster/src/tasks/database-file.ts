import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrations, SCHEMA_VERSION } from './schema.js';
import { makeStateFolder } from './state-folder.js';
import { TaskStoreError, toTaskStoreError } from './store-error.js';

export type StoreEvent =
  /** A damaged file was moved aside, all of it, and an empty one begun. */
  | { readonly type: 'store-corrupt'; readonly movedTo: string; readonly cause: TaskStoreError }
  /** Others may look into the folder, which was there before; its files are private. */
  | { readonly type: 'folder-not-private'; readonly folder: string; readonly mode: string };

type Sqlite = typeof import('node:sqlite');

/** How long a statement waits for another process's write. */
const BUSY_MS = 5000;

export const DATABASE_NAME = 'tasks.db';

/**
 * Opens the record in a folder: makes both where they are missing (0700 and 0600), brings an older one up to date, and
 * moves a damaged one aside. Any number of processes may do so at once.
 */
export async function openDatabaseFile(
  folder: string,
  nowMs: number,
  onEvent: (event: StoreEvent) => void,
): Promise<DatabaseSync> {
  const sqlite = await loadSqlite();
  const file = join(folder, DATABASE_NAME);
  try {
    prepareFolder(folder, onEvent);
    return openIfReady(sqlite, file) ?? underLock(sqlite, folder, () => setUp(sqlite, file, nowMs, onEvent));
  } catch (error) {
    throw toTaskStoreError(file, error);
  }
}

async function loadSqlite(): Promise<Sqlite> {
  try {
    return await import('node:sqlite');
  } catch (cause) {
    const message = `Node.js ${process.version} has no node:sqlite, which keeps the task record; use Node.js 22.13 or later`;
    throw new TaskStoreError('sqlite-missing', message, cause);
  }
}

function prepareFolder(folder: string, onEvent: (event: StoreEvent) => void): void {
  const isNew = makeStateFolder(folder);
  const mode = statSync(folder).mode & 0o777;
  // A folder that was there is not ours to close: it may be one that others need.
  if (!isNew && (mode & 0o077) !== 0) {
    onEvent({ type: 'folder-not-private', folder, mode: `0${mode.toString(8)}` });
  }
}

/** The common case, without a lock. Undefined where the file is missing, older or damaged. */
function openIfReady(sqlite: Sqlite, file: string): DatabaseSync | undefined {
  if (!existsSync(file)) return undefined;
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  try {
    const database = openSound(sqlite, file);
    if (versionOf(database) === SCHEMA_VERSION) return database;
    database.close();
    return undefined;
  } catch (error) {
    if (toTaskStoreError(file, error).code === 'store-corrupt') return undefined;
    throw error;
  }
}

/** Under the lock: another process may have done the work in the meantime, so everything is looked at again. */
function setUp(
  sqlite: Sqlite,
  file: string,
  nowMs: number,
  onEvent: (event: StoreEvent) => void,
): DatabaseSync {
  try {
    return openAndMigrate(sqlite, file);
  } catch (error) {
    const cause = toTaskStoreError(file, error);
    if (cause.code !== 'store-corrupt') throw cause;
    const movedTo = moveAside(file, nowMs);
    const database = openAndMigrate(sqlite, file);
    onEvent({ type: 'store-corrupt', movedTo, cause });
    return database;
  }
}

function openAndMigrate(sqlite: Sqlite, file: string): DatabaseSync {
  // Made by us only to be private from the start. Never opened when it exists: closing a descriptor of it would drop
  // the locks that SQLite holds in this process.
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
  const database = openSound(sqlite, file);
  try {
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version === 0) database.exec('PRAGMA journal_mode = WAL');
  for (const [step, statements] of migrations.entries()) {
    if (step < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${step + 1}; COMMIT`);
  }
}

/** A database that is whole and not of a newer version. */
function openSound(sqlite: Sqlite, file: string): DatabaseSync {
  const database = new sqlite.DatabaseSync(file);
  try {
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF`,
    );
    refuseNewer(versionOf(database), file);
    refuseDamaged(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

function refuseNewer(version: number, file: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new TaskStoreError(
    'store-too-new',
    `the task record ${file} has version ${version}, this program knows ${SCHEMA_VERSION}: update it, or use another state folder`,
  );
}

function refuseDamaged(database: DatabaseSync, file: string): void {
  const row = database.prepare('PRAGMA quick_check(1)').get();
  const verdict = String(row?.['quick_check']);
  if (verdict === 'ok') return;
  throw new TaskStoreError('store-corrupt', `the task record ${file} is damaged: ${verdict}`);
}

/** With its log, so that `sqlite3 … .recover` finds all there is. */
function moveAside(file: string, nowMs: number): string {
  const movedTo = `${file}.corrupt-${new Date(nowMs).toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, movedTo + suffix);
  }
  return movedTo;
}

/** One process at a time, by a lock of SQLite's own that ends with the process whatever becomes of it. */
function underLock<T>(sqlite: Sqlite, folder: string, work: () => T): T {
  const file = join(folder, 'setup.lock');
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  const lock = new sqlite.DatabaseSync(file);
  try {
    lock.exec(`PRAGMA busy_timeout = ${BUSY_MS}; BEGIN EXCLUSIVE`);
    return work();
  } finally {
    lock.close();
  }
}
