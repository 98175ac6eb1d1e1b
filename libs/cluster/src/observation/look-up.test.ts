import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExecuteRequest, Execution, Executor } from '../execution/executor.js';
import { createLocalExecutor } from '../execution/local-executor.js';
import { createLookUp } from './look-up.js';

let folder: string;
let time: number;
let asked: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'look-up-'));
  time = 0;
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function lookUp(execute?: (request: ExecuteRequest) => Promise<Execution>, timeoutMs = 10_000) {
  const local = createLocalExecutor({ env: { ...process.env, HOME: folder }, home: folder, facts: {} });
  const executor: Executor = {
    facts: () => local.facts(),
    execute: (request) => {
      asked.push(request.command);
      return (execute ?? local.execute.bind(local))(request);
    },
  };
  return createLookUp({ executor, timeoutMs, now: () => time });
}

it('finds folders and programs, whatever their names', async () => {
  const name = `it's a "folder" $HOME`;
  mkdirSync(join(folder, name));
  const node = lookUp();
  expect(await node.find(join(folder, name), ['sh', 'no-such-program', `it's; echo missing ls`])).toEqual({
    folder: 'present',
    missingPrograms: ['no-such-program', `it's; echo missing ls`],
  });
  expect(await node.find(`~/${name}`, [])).toMatchObject({ folder: 'present' });
  expect(await node.find('/no/such/folder', ['ls'])).toEqual({ folder: 'absent', missingPrograms: [] });
});

it('asks nothing where there is no question', async () => {
  const node = lookUp();
  expect(await node.find(undefined, [])).toEqual({ missingPrograms: [] });
  expect(await node.find('~', [])).toEqual({ missingPrograms: [] });
  expect(asked).toHaveLength(0);
});

it('remembers what is there for longer than what is not', async () => {
  const node = lookUp();
  const later = join(folder, 'later');
  expect(await node.find(later, ['sh'])).toMatchObject({ folder: 'absent' });
  mkdirSync(later);
  expect(await node.find(later, ['sh'])).toMatchObject({ folder: 'absent' });
  time += 4_000;
  expect(await node.find(later, ['sh'])).toMatchObject({ folder: 'present' });
  expect(asked).toHaveLength(2);
  expect(asked[1]).not.toContain('sh >');
  time += 30_000;
  await node.find(later, ['sh']);
  expect(asked).toHaveLength(2);
});

it('asks once for many who want to know the same at the same time', async () => {
  const node = lookUp();
  const answers = await Promise.all([1, 2, 3].map(() => node.find('/', ['sh', 'no-such-program'])));
  for (const answer of answers)
    expect(answer).toEqual({ folder: 'present', missingPrograms: ['no-such-program'] });
  expect(asked).toHaveLength(1);
});

it('does not take silence for an answer', async () => {
  const silent = lookUp(() => new Promise(() => undefined), 50);
  await expect(silent.find('/', ['sh'])).rejects.toMatchObject({ code: 'status-timed-out' });
  const cut = lookUp(() => Promise.resolve({ exit: { kind: 'lost' }, durationMs: 1 }));
  await expect(cut.find('/', ['sh'])).rejects.toMatchObject({ code: 'status-timed-out' });
});
