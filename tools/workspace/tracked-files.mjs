import { homedir } from 'node:os';
import { run } from './processes.mjs';
import { root } from './root.mjs';

const neverCommitted = /(^|\/)(node_modules|dist|coverage|\.nx)\/|\.(log|tgz|tsbuildinfo)$/;

/**
 * What is in the repository, or about to be, and holds for one machine only.
 *
 * @returns {Promise<string[]>} a line for each finding
 */
export async function trackedFileProblems() {
  const list = await git(['ls-files', '--cached', '--others', '--exclude-standard']);
  const generated = list
    .filter((path) => neverCommitted.test(path))
    .map((path) => `${path}: is made, not written`);
  // A home like /root stands in many an innocent example; one below /home or /Users names a person.
  const ownFolders = [root, ...(/^\/(home|Users)\//.test(homedir()) ? [homedir()] : [])];
  const paths = await grep('path of this machine', ['-F', ...ownFolders.flatMap((path) => ['-e', path])]);
  const registries = await grep('address of a registry', [
    '-E',
    '-e',
    String.raw`registry\.(npmjs|npmmirror|yarnpkg)\.`,
  ]);
  return [...generated, ...paths, ...registries];
}

async function grep(what, patterns) {
  const found = await git(['grep', '--untracked', '--line-number', '-I', ...patterns]);
  return found.map((line) => `${what}: ${line.slice(0, 200)}`);
}

async function git(args) {
  const { code, output } = await run('git', args);
  // `git grep` ends with 1 where there is nothing to find.
  if (code > 1 || (code === 1 && output !== '')) return [`git ${args[0]} failed: ${output.trim()}`];
  return output.split('\n').filter((line) => line !== '');
}
