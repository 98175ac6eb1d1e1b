import { existsSync, readFileSync } from 'node:fs';

/**
 * The counts of one run of Vitest, out of its JSON report. What ended badly counts, told by an exit code alone too.
 *
 * @param {string} file the report; that there is none counts as a failure
 * @param {number} exitCode
 */
export function tallyTests(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const results = report.testResults.flatMap((suite) => suite.assertionResults);
  const passed = results.filter(({ status }) => status === 'passed').length;
  // A file that could not even be loaded has no tests to its name. A skipped test is none that passed.
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  return atLeastOne({ passed, failed: results.length - passed + broken.length }, exitCode);
}

/**
 * The counts of one `npm run check`, out of the file that it wrote.
 *
 * @param {string} file
 * @param {number} exitCode
 */
export function tallySteps(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  return atLeastOne(JSON.parse(readFileSync(file, 'utf8')), exitCode);
}

function atLeastOne({ passed, failed }, exitCode) {
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
