import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exclusively } from './exclusive.mjs';
import { inRoot } from './root.mjs';

let folder: string;
let lockFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-exclusive-'));
  lockFile = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('work under one lock never overlaps, whichever process does it', async () => {
  const log = join(folder, 'log');
  const program = `
    import { appendFile } from 'node:fs/promises';
    import { setTimeout } from 'node:timers/promises';
    import { exclusively } from ${JSON.stringify(inRoot('tools/workspace/exclusive.mjs'))};
    await exclusively(process.argv[1], async () => {
      await appendFile(process.argv[2], 'in ');
      await setTimeout(20);
      await appendFile(process.argv[2], 'out ');
    });`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program, lockFile, log], { stdio: 'inherit' }),
  );
  const codes = await Promise.all(children.map((child) => once(child, 'close')));
  expect(codes.map(([code]) => code as number)).toEqual([0, 0, 0, 0]);
  expect(await readFile(log, 'utf8')).toBe('in out '.repeat(4));
});

test('a lock whose owner is gone counts for nothing', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  await writeFile(lockFile, `${child.pid} 1`);
  expect(await exclusively(lockFile, async () => 'done')).toBe('done');
});

test('nor does one of an earlier process with the same id', async () => {
  await writeFile(lockFile, `${process.pid} 1`);
  expect(await exclusively(lockFile, async () => 'done')).toBe('done');
});

test('work that fails frees the lock and leaves nothing behind', async () => {
  await expect(exclusively(lockFile, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});
