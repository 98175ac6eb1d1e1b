import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isOwnerAlive, processStartTime, thisProcess } from './process-start-time.js';

it('is the same each time while a process runs, and gone with it', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const started = processStartTime(pid);
  expect(started).toBeDefined();
  expect(processStartTime(pid)).toBe(started);
  expect(isOwnerAlive({ ...thisProcess(), pid, startedAt: started ?? '' })).toBe(true);
  child.stdin.end();
  await once(child, 'exit');
  expect(processStartTime(pid)).toBeUndefined();
  expect(isOwnerAlive({ ...thisProcess(), pid, startedAt: started ?? '' })).toBe(false);
});

it('tells a process from a later one with the same id', () => {
  const me = thisProcess();
  expect(isOwnerAlive(me)).toBe(true);
  expect(isOwnerAlive({ ...me, startedAt: `1${me.startedAt}` })).toBe(false);
});

it.runIf(process.platform === 'linux')('tells another boot and another container from this machine', () => {
  const me = thisProcess();
  expect(isOwnerAlive({ ...me, startedAt: '123@another-boot' })).toBe(false);
  expect(isOwnerAlive({ ...me, pid: 2 ** 22 + 1, host: 'another-container' })).toBe(true);
});
