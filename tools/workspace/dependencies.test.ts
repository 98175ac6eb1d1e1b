import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from './root.mjs';

const read = (file: string) => readFileSync(inRoot(file), 'utf8');
const folders = globSync('{libs,apps,tools}/*/package.json', { cwd: inRoot() }).map((file) =>
  file.replace(/\/package\.json$/, ''),
);

// What is imported and not listed is found by dependency-cruiser.
test.each(folders)('%s lists no package that it does not import', (folder) => {
  const { dependencies, devDependencies } = JSON.parse(read(`${folder}/package.json`)) as Record<
    string,
    object | undefined
  >;
  const sources = globSync(`${folder}/{src,e2e}/**/*.ts`, { cwd: inRoot() }).map(read).join('\n');
  const listed = Object.keys({ ...dependencies, ...devDependencies });
  expect(listed.filter((name) => !new RegExp(`['"]${name}['"/]`).test(sources))).toEqual([]);
});
