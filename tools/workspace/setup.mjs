import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';

const marker = inRoot('node_modules', '.cluster-execution-lock');

/** Says what node_modules has to be made from; written beside it once it is. */
function wanted() {
  const { workspaces } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  return createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .update(JSON.stringify([workspaces, process.platform, process.arch]))
    .digest('hex');
}

export function isSetUp() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted();
}

/** Makes node_modules what the lock file says. Nothing of npm is shown unless it fails. */
export async function install() {
  const hash = wanted();
  rmSync(marker, { force: true });
  // --include: a NODE_ENV=production of the caller must not leave the tools out.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-progress'];
  const { code, output } = await run('npm', args, { env: { ...process.env, PATH: outsidePath() } });
  if (code !== 0) {
    throw new Problem(
      'The packages could not be installed; what npm said is above. Mend that and try again.',
      {
        code: 'install-failed',
        output,
      },
    );
  }
  writeFileSync(marker, hash);
}

/** Without node_modules/.bin, which `npm run` puts there: npm must not run on a Node that it is about to replace. */
function outsidePath() {
  const inside = inRoot('node_modules', '.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== inside)
    .join(delimiter);
}
