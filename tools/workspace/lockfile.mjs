import { dirname } from 'node:path';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * What would break `npm ci` on another machine.
 *
 * @param {{ packages: Record<string, any> }} lock the content of package-lock.json
 * @param {Record<string, any>} manifests each package.json of this workspace by its folder, the root's by ''
 * @returns {string[]} a sentence for each fault
 */
export function lockProblems(lock, manifests) {
  const problems = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (/^\w+:\/\//.test(entry.resolved ?? '')) problems.push(`${path} names a registry: ${entry.resolved}.`);
    const fromRegistry = path.includes('node_modules/') && !entry.link;
    if (fromRegistry && !entry.integrity) problems.push(`${path} has no checksum.`);
    // A registry may lack a new package's builds for other systems; npm then leaves them out without a word.
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(lock, path, name))
        problems.push(`${name}, which ${path || 'the root'} wants, is not in it.`);
    }
  }
  for (const [path, manifest] of Object.entries(manifests)) {
    for (const kind of kinds) {
      const [listed, locked] = [manifest[kind], lock.packages[path]?.[kind]].map(sorted);
      if (listed !== locked) problems.push(`${path || '.'}/package.json and it differ in ${kind}.`);
    }
  }
  return problems;
}

function sorted(dependencies = {}) {
  return JSON.stringify(
    Object.keys(dependencies)
      .sort()
      .map((name) => [name, dependencies[name]]),
  );
}

/** As Node looks for it: beside the package, then beside each folder above. */
function isLocked({ packages }, from, name) {
  for (let folder = from; ; folder = dirname(folder)) {
    if (folder === '.') folder = '';
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
