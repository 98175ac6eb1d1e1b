import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inClone } from './built.js';
import type { Report } from './report.js';

const run = promisify(execFile);
const bench = inClone('tools/bench/dist/main.js');

async function report(...args: string[]): Promise<Report> {
  const { stdout } = await run(process.execPath, [bench, '--json', '--quick', ...args]);
  return JSON.parse(stdout) as Report;
}

test('measures the start of the built server beside an empty one', async () => {
  const { benchmarks, quick } = await report('--only', 'start');
  expect(quick).toBe(true);
  expect(benchmarks.map(({ name }) => name)).toEqual(['start']);
  const [row] = benchmarks[0]?.rows ?? [];
  expect(row).toMatchObject({ against: 'an empty server', target: { of: 'ratio', atMost: 1.3 } });
  expect(row?.ratio).toBeGreaterThan(0.1);
  expect(row?.ratio).toBeLessThan(13);
});

test('measures real nodes beside ssh, and leaves no process and no file', async () => {
  const { stdout, stderr } = await run('sh', [
    '-c',
    // A folder for temporary files of its own shows what is left, whoever else runs benchmarks.
    `TMPDIR=$(mktemp -d) && export TMPDIR && "$0" "$1" --json --quick --only fan-out && ls -A "$TMPDIR" >&2 && rmdir "$TMPDIR"`,
    process.execPath,
    bench,
  ]);
  expect(stderr).toBe('fan-out …\n');
  const { benchmarks } = JSON.parse(stdout) as Report;
  const [row] = benchmarks[0]?.rows ?? [];
  expect(row).toMatchObject({ against: 'as many ssh over ControlMaster' });
  expect(row?.ratio).toBeLessThan(10);
});

test('wrong usage is told, with 2', async () => {
  expect(existsSync(bench)).toBe(true);
  await expect(run(process.execPath, [bench, '--only', 'nothing'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no benchmark "nothing"'),
  });
});
