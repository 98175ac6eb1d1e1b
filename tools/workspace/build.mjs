import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';
import { toolEnvironment } from './runtime.mjs';

/** Without its daemon Nx writes a project's files anew even where they are right already, under the feet of whoever
 *  runs them. So it is asked only when sources or built files differ from those of the last build. */
const stamp = inRoot('.nx', 'built');
const kinds = ['libs', 'apps', 'tools'];

export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === state();
}

/**
 * JavaScript by tsup in each project, through Nx and its cache; types by `tsc -b`.
 *
 * @param {string} node
 */
export async function build(node) {
  rmSync(stamp, { force: true });
  const sources = digest((path) => !path.includes('/dist/'));
  await step('The build', node, ['node_modules/.bin/nx', 'run-many', '-t', 'build', '--outputStyle=static']);
  dropStaleTypes();
  await step('The type check', node, ['node_modules/ts7/bin/tsc', '-b']);
  // Somebody may have saved a file meanwhile: then what was built is not what is there, and the next build says so.
  if (sources === digest((path) => !path.includes('/dist/'))) writeFileSync(stamp, state());
}

async function step(what, node, args) {
  const { code, output } = await run(node, args, { env: toolEnvironment() });
  if (code !== 0) throw new Problem(`${what} failed; see above.`, { code: 'build-failed', output });
}

/** tsup's clean-up and people's take types away; `tsc -b`, going by its own record, would not make them again. And types
 *  of sources that are gone would be packed. */
function dropStaleTypes() {
  for (const project of projects()) {
    const outDir = ['dist/types', 'dist']
      .map((folder) => join(project, folder))
      .find((folder) => existsSync(join(folder, '.tsbuildinfo')));
    if (outDir === undefined) continue;
    const wanted = new Set(
      files(join(project, 'src'))
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
        .map((path) => path.slice(join(project, 'src').length).replace(/\.ts$/, '.d.ts')),
    );
    const present = files(outDir)
      .filter((path) => path.endsWith('.d.ts'))
      .map((path) => path.slice(outDir.length));
    for (const type of present) if (!wanted.has(type)) rmSync(outDir + type);
    if (present.length < wanted.size || [...wanted].some((type) => !present.includes(type))) {
      rmSync(join(outDir, '.tsbuildinfo'));
    }
  }
}

/** Every project's folder, relative to the root of this clone. */
export function projects() {
  return kinds
    .flatMap((kind) => readdirSync(inRoot(kind)).map((name) => join(kind, name)))
    .filter((project) => existsSync(inRoot(project, 'package.json')));
}

/** Sources and what was built from them. */
function state() {
  return digest(() => true);
}

function digest(filter) {
  const hash = createHash('sha256');
  const settings = [
    'package-lock.json',
    'nx.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'tools/workspace/tsup.mjs',
  ];
  for (const path of [...settings, ...projects().flatMap((project) => files(project))].filter(filter)) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(inRoot(path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder relative to the root of this clone
 * @returns {string[]} all files below it, sorted, relative to the root too; none where there is no such folder
 */
function files(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}
