import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileWake, type Wake } from './wake.js';

const ringer = fileURLToPath(new URL('fixtures/ringer.mjs', import.meta.url));

/** Far beyond the test's time limit: what wakes here is not the poll. */
const NEVER = 600_000;

let folder: string;
let wakes: Wake[];
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wake-'));
  wakes = [];
  children = [];
});

afterEach(async () => {
  for (const wake of wakes) wake.close();
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

function createWake(pollMs = NEVER): Wake {
  const wake = createFileWake(folder, { pollMs });
  wakes.push(wake);
  return wake;
}

const woken = (wake: Wake) =>
  new Promise<void>((resolve) => {
    const stop = wake.onWake(() => {
      stop();
      resolve();
    });
  });

async function startRinger(): Promise<{ ring: () => void }> {
  const child = spawn(process.execPath, [ringer, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return { ring: () => void child.stdin.write('\n') };
}

it('hears its own ring, after ring() has returned', async () => {
  const wake = createWake();
  let isRinging = true;
  const heard = new Promise<boolean>((resolve) => void wake.onWake(() => resolve(isRinging)));
  wake.ring();
  isRinging = false;
  expect(await heard).toBe(false);
});

it('hears each ring of its own, also once the watch has told of one, and when the file is gone', async () => {
  const wake = createWake();
  wake.onWake(() => undefined);
  for (let time = 0; time < 6; time += 1) {
    if (time === 3) rmSync(join(folder, 'wake'));
    const heard = woken(wake);
    wake.ring();
    await expect(heard).resolves.toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

it('tells of a ring of its own once, when the watch has shown that it works', async () => {
  const wake = createWake();
  const other = createWake();
  let calls = 0;
  wake.onWake(() => void (calls += 1));
  for (let time = 0; time < 3; time += 1) {
    calls = 0;
    await stat(folder); // from here on in the phase of the event loop in which commands end
    const heard = woken(other);
    wake.ring();
    await heard;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(calls).toBe(1);
});

it('hears another process, several times', async () => {
  const wake = createWake();
  const { ring } = await startRinger();
  for (let time = 0; time < 5; time += 1) {
    const heard = woken(wake);
    ring();
    await heard;
  }
  expect(statSync(join(folder, 'wake'))).toMatchObject({ size: 1 });
});

it.each([
  ['removed', (file: string) => rmSync(file)],
  ['moved away', (file: string) => renameSync(file, `${file}.old`)],
])('hears another process after the file was %s', async (_what, damage) => {
  const wake = createWake();
  const { ring } = await startRinger();
  const noticed = woken(wake);
  wake.onWake(() => undefined);
  damage(join(folder, 'wake'));
  await noticed;
  const heard = woken(wake);
  ring();
  await expect(heard).resolves.toBeUndefined();
});

it('polls as a safety net', async () => {
  const wake = createWake(10);
  let polls = 0;
  await new Promise<void>((resolve) => {
    wake.onWake(() => {
      polls += 1;
      if (polls === 3) resolve();
    });
  });
  expect(polls).toBe(3);
});

it('makes one call of the rings of a moment', async () => {
  const wake = createWake();
  const other = createWake();
  let calls = 0;
  wake.onWake(() => void (calls += 1));
  for (let time = 0; time < 100; time += 1) wake.ring();
  const heard = woken(other);
  other.ring();
  await heard;
  expect(calls).toBeLessThan(10);
});

it('calls nobody who stopped listening, and nobody after it was closed', async () => {
  const wake = createWake();
  const other = createWake();
  let calls = 0;
  const stop = wake.onWake(() => void (calls += 1));
  stop();
  stop();
  wake.onWake(() => void (calls += 1));
  wake.ring();
  wake.close();
  wake.close();
  wake.ring();
  const heard = woken(other);
  other.ring();
  await heard;
  expect(calls).toBe(0);
});

it('keeps no process alive', async () => {
  const code = `
    await import(${JSON.stringify(new URL('fixtures/ts-source.mjs', import.meta.url).href)});
    const { createFileWake } = await import(${JSON.stringify(new URL('wake.ts', import.meta.url).href)});
    createFileWake(${JSON.stringify(folder)}).onWake(() => {});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(0);
});
