import { installPackages, mayInstall, missingPackages } from './debian.mjs';
import { prepare } from './prepare.mjs';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { toolEnvironment } from './runtime.mjs';

/**
 * `npm test`: every test, or those that the arguments pick as Vitest understands them. `CLUSTER_TEST_RESULTS=FILE` has the
 * results written there as JSON too.
 *
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function test(args) {
  const node = await prepare();
  const missing = await provide(missingPackages());
  const { code } = await vitest(node, args, {
    show: true,
    env: { CLUSTER_TEST_MISSING: missing.join(',') },
  });
  return code;
}

/** Says or mends what is missing. @returns {Promise<string[]>} what still is */
async function provide(missing) {
  if (missing.length === 0) return [];
  let reason = 'only root on Debian gets them installed here';
  let details = '';
  if (mayInstall()) {
    process.stderr.write(`Installing Debian packages for the tests: ${missing.join(' ')} …\n`);
    const { ok, output } = await installPackages(missing);
    const left = missingPackages();
    if (ok && left.length === 0) return [];
    [reason, details] = ['installing them failed', output];
    missing = left;
  }
  const what = `Missing for some tests: ${missing.join(' ')} (${reason}).`;
  if (process.env.CI === 'true') {
    throw new Problem(`${what} With CI=true nothing may be skipped.`, {
      code: 'packages-missing',
      output: details,
    });
  }
  process.stderr.write(`${details}${what} The tests that need them are skipped.\n`);
  return missing;
}

/**
 * @param {string} node
 * @param {string[]} args
 * @param {{ show: boolean, env?: NodeJS.ProcessEnv }} options
 */
export function vitest(node, args, { show, env = {} }) {
  const results = process.env.CLUSTER_TEST_RESULTS;
  const reporters = results ? ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`] : [];
  return run(node, ['node_modules/.bin/vitest', 'run', ...reporters, ...args], {
    show,
    env: { ...toolEnvironment(), ...env },
  });
}
