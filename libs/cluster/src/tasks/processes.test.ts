import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isOwnerAlive } from './process-start-time.js';
import { openTaskStore } from './sqlite-store.js';

const run = promisify(execFile);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-processes-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('never gives more slots than there are to several processes, and runs each task once', async () => {
  const slots = 3;
  const store = await openTaskStore({ folder });
  const ids = Array.from(
    { length: 120 },
    () => store.create({ command: 'true', submittedFrom: 'laptop' }).id,
  );
  const args = [fixture('reserver'), folder, String(slots)];
  const outputs = await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, args)));
  const results = outputs.map(({ stdout }) => JSON.parse(stdout) as { won: string[]; most: number });
  expect(results.flatMap(({ won }) => won).sort()).toEqual(ids.toSorted());
  expect(Math.max(...results.map(({ most }) => most))).toBeLessThanOrEqual(slots);
  expect(store.list({ status: 'completed', limit: 1000 })).toHaveLength(ids.length);
  store.close();
});

it('lets many processes set up the same new folder at once', async () => {
  const outputs = await Promise.all(
    Array.from({ length: 6 }, () => run(process.execPath, [fixture('opener'), folder])),
  );
  expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 6 }, () => 'ok'));
  const store = await openTaskStore({ folder });
  expect(store.list()).toHaveLength(6);
  store.close();
});

it('records lost what a killed process ran (fault 14), and keeps what waits for approval', async () => {
  const child = spawn(process.execPath, [fixture('holder'), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ids = JSON.parse(line.toString()) as { running: string; queued: string; asked: string };
  const store = await openTaskStore({ folder });
  expect(store.reap(isOwnerAlive)).toEqual([]);
  expect(store.activeByNode()).toEqual(new Map([['node', 1]]));

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(store.reap(isOwnerAlive).map(({ id, status }) => [id, status])).toEqual([
    [ids.running, 'lost'],
    [ids.queued, 'cancelled'],
  ]);
  expect(store.activeByNode()).toEqual(new Map());
  expect(store.adopt(ids.asked, isOwnerAlive)).toBe(true);
  expect(store.approve(ids.asked, 'ann')).toBe(true);
  expect(store.reserve(ids.asked, 'node', 1)).toBe(true);
  store.close();
});
