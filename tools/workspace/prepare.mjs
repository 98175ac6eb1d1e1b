import { build, isBuilt } from './build.mjs';
import { exclusively } from './exclusive.mjs';
import { inRoot } from './root.mjs';
import { findNode } from './runtime.mjs';
import { install, isSetUp } from './setup.mjs';

const lockFile = inRoot('.nx', 'prepare.lock');

/**
 * Installs and builds what is not yet as the lock file and the sources say; one at a time in a clone. Where there is
 * nothing to do, nothing is touched (others may be running what is there) and nothing is said.
 *
 * @param {{ building?: boolean }} [options] `building: false` stops after the installation
 * @returns {Promise<string>} the Node to run everything else on
 */
export function prepare({ building = true } = {}) {
  return exclusively(
    lockFile,
    async () => {
      if (!isSetUp()) await told('Installing packages (once, about a minute)', install);
      const node = findNode();
      if (building && !isBuilt()) await told('Building', () => build(node));
      return node;
    },
    () => process.stderr.write('Waiting for another set-up of this clone …\n'),
  );
}

/** One line on standard error: what is being done and, once it is, how long it took. */
async function told(what, work) {
  const since = performance.now();
  process.stderr.write(`${what} … `);
  try {
    await work();
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
  process.stderr.write(`${((performance.now() - since) / 1000).toFixed(1)} s\n`);
}
