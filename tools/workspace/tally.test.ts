import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tallySteps, tallyTests } from './tally.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-tally-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function report(name: string, content: object): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(content));
  return file;
}

function suite(...statuses: string[]): object {
  return {
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  };
}

const unloaded = { status: 'failed', assertionResults: [] };

test.each([
  ['all passed', [suite('passed', 'passed'), suite('passed')], 0, { passed: 3, failed: 0 }],
  ['one failed', [suite('passed', 'failed')], 1, { passed: 1, failed: 1 }],
  ['one was skipped', [suite('passed', 'skipped')], 0, { passed: 1, failed: 1 }],
  ['a file could not be loaded', [suite('passed'), unloaded], 1, { passed: 1, failed: 1 }],
  ['all passed and the run failed', [suite('passed')], 1, { passed: 1, failed: 1 }],
])('tests: %s', async (name, testResults, exitCode, counts) => {
  expect(tallyTests(await report(name, { testResults }), exitCode)).toEqual(counts);
});

test('steps: counted as they were written, and a failed run has at least one', async () => {
  expect(tallySteps(await report('steps', { passed: 7, failed: 2 }), 1)).toEqual({ passed: 7, failed: 2 });
  expect(tallySteps(await report('died', { passed: 7, failed: 0 }), 139)).toEqual({ passed: 7, failed: 1 });
});

test.each([tallyTests, tallySteps])('a run that left no report has failed', (tally) => {
  expect(tally(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 });
});
