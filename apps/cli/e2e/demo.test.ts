import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlace, until, type Place } from './session.js';

/** Processes whose environment names this place: all that the demo starts inherit its temporary folder. */
async function processesOf(place: Place): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/environ`, 'latin1').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES') return ''; // gone, or not ours
        throw error;
      });
      return text.includes(place.folder) ? [pid] : [];
    }),
  );
  return found.flat();
}

async function expectNothingLeft(place: Place) {
  expect(
    await until(
      () => processesOf(place),
      (pids) => pids.length === 0,
    ),
  ).toEqual([]);
  expect(await readdir(join(place.folder, 'tmp'))).toEqual([]);
}

describe('demo', () => {
  it.each(['auto', 'embedded'])('--engine %s does the main job and leaves nothing behind', async (engine) => {
    await using place = await makePlace();
    const { code, stdout, stderr } = await place.cli(['demo', '--engine', engine]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const tool of ['cluster_status', 'cluster_bash', 'offload_to', 'parallel_execute'])
      expect(stdout).toContain(`\n${tool}  `);
    expect(stdout).toMatch(/ran on tester: completed \(exit 0\)/);
    expect(stdout).toContain('thresholds are lifted');
    expect(stdout).toContain('6 of 6 succeeded');
    expect(stdout).toContain('claude mcp add');
    await expectNothingLeft(place);
  });

  it.each([
    ['SIGINT', 'auto'],
    ['SIGTERM', 'embedded'],
  ] as const)('%s half-way (%s) leaves nothing behind', async (signal, engine) => {
    await using place = await makePlace();
    const running = place.start(['demo', '--engine', engine]);
    await until(() => running.stdout().includes('Three nodes'));
    running.child.kill(signal);
    const { code, stdout } = await running.ended;
    expect(code).not.toBe(0);
    expect(stdout).not.toContain('claude mcp add');
    await expectNothingLeft(place);
  });
});
