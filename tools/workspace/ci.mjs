// All that has to hold, on a machine that is set up or not. The last line is the count; `.ci/run` starts this.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './processes.mjs';
import { tallySteps, tallyTests } from './tally.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cluster-ci-'));
const files = {
  CLUSTER_TEST_RESULTS: join(folder, 'tests.json'),
  CLUSTER_CHECK_RESULTS: join(folder, 'check.json'),
};
const npm = (...args) => run('npm', args, { show: true, env: { ...process.env, ...files, CI: 'true' } });

const tests = tallyTests(files.CLUSTER_TEST_RESULTS, (await npm('test')).code);
const steps = tallySteps(files.CLUSTER_CHECK_RESULTS, (await npm('run', 'check')).code);
rmSync(folder, { recursive: true, force: true });

const failed = tests.failed + steps.failed;
// Not 1, which an uncaught error ends with too.
process.exitCode = failed === 0 ? 0 : 10;
process.stdout.write(`${tests.passed + steps.passed} passed, ${failed} failed\n`);
