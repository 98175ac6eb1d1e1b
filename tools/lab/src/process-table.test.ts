import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  descendantsOf,
  isAlive,
  listProcesses,
  parsePs,
  readProcess,
  signalProcess,
} from './process-table.js';

test('a child is found, signalled, and after its end not taken for another', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = readProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error('the child is not in the table');
  expect(descendantsOf(process.pid, listProcesses()).map((entry) => entry.pid)).toContain(child.pid);
  expect(signalProcess({ ...identity, startedAt: 'another time' }, 'SIGKILL')).toBe(false);
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(signalProcess(identity, 'SIGKILL')).toBe(false);
});

test("macOS's ps is understood, zombies left out", () => {
  const text = [
    '  501     1 Ss   Sat Nov 21 03:52:18 2026     /usr/sbin/sshd',
    '  502   501 Z    Sat Nov  1 03:52:18 2026     (sh)',
    '  503   501 S+   Sat Nov  1 03:52:18 2026     /Applications/My App/bin/my app',
    '',
  ].join('\n');
  expect(parsePs(text)).toEqual([
    { pid: 501, parentPid: 1, startedAt: 'Sat Nov 21 03:52:18 2026', name: 'sshd' },
    { pid: 503, parentPid: 501, startedAt: 'Sat Nov  1 03:52:18 2026', name: 'my app' },
  ]);
});
