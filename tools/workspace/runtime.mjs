import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { Problem } from './problem.mjs';
import { inRoot } from './root.mjs';

/** What `node:sqlite` and the built apps need. */
const oldest = [22, 13];

/**
 * The Node that everything after set-up runs on: the one that npm brought along (Linux), else this machine's own.
 *
 * @returns {string} its absolute path
 */
export function findNode() {
  const brought = inRoot('node_modules', '.bin', 'node');
  // It may be there and not start: another C library, or a clone used from another kind of machine.
  const { status } = spawnSync(brought, ['--version'], { stdio: 'ignore' });
  if (status === 0) return brought;
  if (isRecentEnough(process.versions.node)) return process.execPath;
  throw new Problem(
    `This needs Node ${oldest.join('.')} or later and runs on ${process.versions.node}; no Node for this system comes ` +
      'with the npm packages. Install a newer Node and try again.',
    { code: 'node-too-old', exitCode: 2 },
  );
}

/** @param {string} version such as `22.13.0` */
export function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The environment for tools: our `node` and tools first on the PATH, Nx silent, alone and offline. */
export function toolEnvironment() {
  return {
    ...process.env,
    PATH: [inRoot('node_modules', '.bin'), process.env.PATH].join(delimiter),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
    NX_NATIVE_FILE_CACHE_DIRECTORY: inRoot('.nx', 'native'),
  };
}
