import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projects } from './build.mjs';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';
import { toolEnvironment } from './runtime.mjs';

/**
 * @typedef {object} Package
 * @property {string} folder relative to the root of this clone
 * @property {string} name
 * @property {'library' | 'app'} kind
 */

/** @returns {Package[]} the packages that are published */
export function publishedPackages() {
  return projects()
    .filter((folder) => !folder.startsWith('tools'))
    .map((folder) => ({
      folder,
      name: manifest(folder).name,
      kind: folder.startsWith('apps') ? 'app' : 'library',
    }));
}

/** @param {string} folder relative to the root of this clone */
export function manifest(folder) {
  return JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'));
}

/**
 * Packs every published package as npm would publish it.
 *
 * @param {string} into an existing folder
 * @returns {Promise<(Package & { tarball: string })[]>}
 */
export async function pack(into) {
  const packages = publishedPackages();
  const args = [
    'pack',
    '--silent',
    '--pack-destination',
    into,
    ...packages.flatMap(({ folder }) => ['-w', folder]),
  ];
  const { code, output } = await run('npm', args, { env: toolEnvironment() });
  if (code !== 0) throw new Problem('npm pack failed; see above.', { code: 'pack-failed', output });
  const made = readdirSync(into);
  return packages.map((each) => {
    const start = each.name.replace('@', '').replace('/', '-');
    const tarball = made.find(
      (name) => name.startsWith(`${start}-`) && /^\d/.test(name.slice(start.length + 1)),
    );
    if (tarball === undefined)
      throw new Problem(`npm pack made nothing for ${each.name}.`, { code: 'pack-failed', output });
    return { ...each, tarball: join(into, tarball) };
  });
}
