import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreEvent } from './database-file.js';
import { fieldNames, columnOf } from './columns.js';
import { openTaskStore } from './sqlite-store.js';

const opener = fileURLToPath(new URL('fixtures/opener.mjs', import.meta.url));

let root: string;
let folder: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'task-file-'));
  folder = join(root, 'state', 'cluster');
  file = join(folder, 'tasks.db');
});

afterEach(() => rmSync(root, { recursive: true }));

async function fill(count: number): Promise<void> {
  const store = await openTaskStore({ folder });
  for (let n = 0; n < count; n += 1) store.create({ command: 'x'.repeat(500), submittedFrom: 'laptop' });
  store.close();
}

async function openAndClose(): Promise<{ events: StoreEvent[]; tasks: number }> {
  const events: StoreEvent[] = [];
  const store = await openTaskStore({ folder, onEvent: (event) => events.push(event) });
  const tasks = store.list().length;
  store.create({ command: 'true', submittedFrom: 'laptop' });
  store.close();
  return { events, tasks };
}

const permissions = (path: string) => statSync(path).mode & 0o777;

describe('a new folder', () => {
  it('and all in it belongs to the user alone', async () => {
    const store = await openTaskStore({ folder });
    store.create({ command: 'true', submittedFrom: 'laptop' });
    expect(permissions(folder)).toBe(0o700);
    for (const name of readdirSync(folder))
      expect([name, permissions(join(folder, name))]).toEqual([name, 0o600]);
    expect(readdirSync(folder)).toContain('tasks.db-wal');
    store.close();
  });

  it('has a column for every field', async () => {
    await fill(0);
    const database = new DatabaseSync(file);
    const columns = database
      .prepare('PRAGMA table_info(tasks)')
      .all()
      .map((row) => row['name']);
    database.close();
    expect(columns).toEqual(['seq', ...fieldNames.map(columnOf)]);
  });
});

it('leaves a folder that was there as it is, says that it is open to others, and closes the file', async () => {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  chmodSync(folder, 0o755);
  await fill(1);
  chmodSync(file, 0o644);
  const { events } = await openAndClose();
  expect(events).toEqual([{ type: 'folder-not-private', folder, mode: '0755' }]);
  expect(permissions(folder)).toBe(0o755);
  expect(permissions(file)).toBe(0o600);
});

describe('a damaged file', () => {
  it.each([
    ['garbage', () => writeFileSync(file, 'not a database, but long enough to look like one'.repeat(100))],
    ['cut off', () => truncateSync(file, 8192)],
    ['overwritten in the middle', () => overwrite(3 * 4096, 20_000)],
  ])('(%s) is moved aside whole, and work goes on', async (_what, damage) => {
    await fill(100);
    damage();
    const damaged = readFileSync(file);
    const { events, tasks } = await openAndClose();
    expect(events).toEqual([
      {
        type: 'store-corrupt',
        movedTo: expect.any(String),
        cause: expect.objectContaining({ code: 'store-corrupt' }),
      },
    ]);
    expect(tasks).toBe(0);
    const [aside] = readdirSync(folder).filter((name) => /^tasks\.db\.corrupt-[\dT.Z-]+$/.test(name));
    expect(readFileSync(join(folder, aside ?? '')).equals(damaged)).toBe(true);
    expect(await openAndClose()).toEqual({ events: [], tasks: 1 });
  });

  it('is replaced once by several that find it at once', async () => {
    await fill(100);
    overwrite(0, 100);
    const opened = await Promise.all(Array.from({ length: 4 }, openAndClose));
    expect(opened.flatMap(({ events }) => events)).toHaveLength(1);
    expect((await openAndClose()).tasks).toBe(4);
  });

  it('is taken for empty when it is empty', async () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, '');
    expect(await openAndClose()).toEqual({ events: [], tasks: 0 });
  });
});

it('refuses a file of a newer version, and leaves it alone', async () => {
  await fill(1);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openTaskStore({ folder })).rejects.toMatchObject({
    code: 'store-too-new',
    message: expect.stringContaining('version 99'),
  });
  expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
});

it('says so where the folder cannot be made', async () => {
  writeFileSync(join(root, 'state'), 'a file where a folder should be');
  await expect(openTaskStore({ folder })).rejects.toMatchObject({ code: 'store-unwritable' });
});

it('says so where Node.js has no SQLite', () => {
  const output = execFileSync(process.execPath, ['--no-experimental-sqlite', opener, folder], {
    encoding: 'utf8',
  });
  expect(output).toMatch(/^sqlite-missing: .*use Node\.js 22\.13 or later$/);
});

function overwrite(offset: number, byteCount: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(byteCount, 0xa5), 0, byteCount, offset);
  closeSync(descriptor);
}
