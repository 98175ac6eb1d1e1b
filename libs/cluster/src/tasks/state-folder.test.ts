import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTaskStore } from './sqlite-store.js';
import { makeStateFolder } from './state-folder.js';
import { createFileWake } from './wake.js';

const opener = fileURLToPath(new URL('fixtures/opener.mjs', import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'state-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('is made with what is missing above it, for its user alone', () => {
  const folder = join(root, 'a', 'b', 'c');
  expect(makeStateFolder(folder)).toBe(true);
  expect(['a', 'a/b', 'a/b/c'].map((name) => modeOf(join(root, name)))).toEqual([0o700, 0o700, 0o700]);
  expect(makeStateFolder(folder)).toBe(false);
});

it('may be a link to a folder', () => {
  mkdirSync(join(root, 'real'));
  symlinkSync('real', join(root, 'link'));
  expect(makeStateFolder(join(root, 'link'))).toBe(false);
  expect(makeStateFolder(join(root, 'link', 'below'))).toBe(true);
});

describe('says what, where and what to do where it cannot be made', () => {
  function makeFile(): string {
    writeFileSync(join(root, 'file'), '');
    return join(root, 'file');
  }
  function makeDeadLink(): string {
    symlinkSync('nowhere', join(root, 'link'));
    return join(root, 'link');
  }
  const told = (folder: string) => ({
    name: 'TaskStoreError',
    code: 'store-unwritable',
    message: expect.stringMatching(
      new RegExp(`^the state folder ${folder} cannot be made; .*CLUSTER_STATE_DIR`),
    ),
    cause: expect.objectContaining({ code: expect.any(String) }),
  });

  it.each([
    ['a file in its place', makeFile],
    ['a file above it', () => join(makeFile(), 'below')],
    ['a link that leads nowhere', makeDeadLink],
  ])('%s', async (_what, prepare) => {
    const folder = prepare();
    expect(() => createFileWake(folder)).toThrow(expect.objectContaining(told(folder)));
    await expect(openTaskStore({ folder })).rejects.toMatchObject(told(folder));
  });

  // In a process of its own, which can be ended: this one would be held up by what tries for ever.
  it.skipIf(process.platform !== 'linux').each(['/proc/x', '/proc/x/y'])('%s, at once', (folder) => {
    const { stdout, status } = spawnSync(process.execPath, [opener, folder], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect({ stdout, status }).toEqual({
      stdout: expect.stringContaining(`store-unwritable: the state folder ${folder} cannot be made; `),
      status: 0,
    });
  });
});

it('says so where its bell is something else than a file', () => {
  mkdirSync(join(root, 'wake'));
  expect(() => createFileWake(root)).toThrow(
    expect.objectContaining({
      code: 'store-unwritable',
      message: expect.stringContaining(`${join(root, 'wake')}, by which`),
    }),
  );
});
