import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projects } from './build.mjs';
import { lockProblems } from './lockfile.mjs';
import { manifest, pack } from './packages.mjs';
import { prepare } from './prepare.mjs';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';
import { toolEnvironment } from './runtime.mjs';
import { trackedFileProblems } from './tracked-files.mjs';

/** @typedef {{ ok: boolean, output: string }} Outcome */

/** @type {(node: string) => Record<string, () => Promise<Outcome>>} */
const steps = (node) => ({
  build: async () => prepare().then(() => passed),
  format: () => tool(node, 'prettier', '--check', '--log-level=warn', '.'),
  lint: () => tool(node, 'oxlint', '--type-aware', '--deny-warnings'),
  types: () => tool(node, '../ts7/bin/tsc', '-p', 'tsconfig.tests.json'),
  boundaries: () => tool(node, 'depcruise', '--config', '.dependency-cruiser.cjs', 'libs', 'apps', 'tools'),
  'unit tests': () => tool(node, 'vitest', 'run', '--project', 'unit'),
  packages: () => packagesAreSound(node),
  'lock file': async () => lines(lockProblems(readJson('package-lock.json'), allManifests())),
  'tracked files': async () => lines(await trackedFileProblems()),
});

/**
 * `npm run check`: all that can be said without a cluster. Every step runs, whatever became of those before it.
 * `CLUSTER_CHECK_RESULTS=FILE` has the counts written there as JSON too.
 *
 * @param {string[]} only names of steps; none for all
 * @returns {Promise<number>} the exit code
 */
export async function check(only) {
  const all = steps(await prepare({ building: false }));
  const unknown = only.find((name) => !(name in all));
  if (unknown !== undefined) {
    const names = Object.keys(all).join(', ');
    throw new Problem(`There is no step "${unknown}"; there are: ${names}.`, {
      code: 'unknown-step',
      exitCode: 2,
    });
  }
  const counts = { passed: 0, failed: 0 };
  for (const [name, step] of Object.entries(all)) {
    if (only.length > 0 && !only.includes(name)) continue;
    counts[(await shown(name, step)) ? 'passed' : 'failed'] += 1;
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  const { CLUSTER_CHECK_RESULTS: results } = process.env;
  if (results) writeFileSync(results, JSON.stringify(counts));
  return counts.failed === 0 ? 0 : 1;
}

/** One line for a step; what it said only where it failed. */
async function shown(name, step) {
  const since = performance.now();
  const { ok, output } = await step().catch(asOutcome);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  process.stdout.write(
    `${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n${ok ? '' : `${output.trimEnd()}\n`}`,
  );
  return ok;
}

/** @returns {Outcome} */
function asOutcome(error) {
  if (error instanceof Problem) return { ok: false, output: `${error.output}${error.message}` };
  return { ok: false, output: error.stack ?? String(error) };
}

/** @type {Outcome} */
const passed = { ok: true, output: '' };

/** @returns {Outcome} */
function lines(problems) {
  return { ok: problems.length === 0, output: problems.join('\n') };
}

/** @returns {Promise<Outcome>} */
async function tool(node, name, ...args) {
  const { code, output } = await run(node, [join('node_modules/.bin', name), ...args], {
    env: toolEnvironment(),
  });
  return { ok: code === 0, output };
}

/** What publint and attw say of each package as it would be published. */
async function packagesAreSound(node) {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-packages-'));
  try {
    const checks = (await pack(folder)).flatMap(({ tarball, kind }) => [
      tool(node, 'publint', '--strict', tarball),
      ...(kind === 'library' ? [tool(node, 'attw', '--profile', 'esm-only', tarball)] : []),
    ]);
    const failed = (await Promise.all(checks)).filter(({ ok }) => !ok);
    return { ok: failed.length === 0, output: failed.map(({ output }) => output).join('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function allManifests() {
  return Object.fromEntries(['', ...projects()].map((folder) => [folder, manifest(folder)]));
}

function readJson(path) {
  return JSON.parse(readFileSync(inRoot(path), 'utf8'));
}
