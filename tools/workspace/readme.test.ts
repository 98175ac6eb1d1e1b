import { globSync, readFileSync } from 'node:fs';
import { loadConfiguration } from '@cluster-execution/node-registry';
import { describe, expect, test } from 'vitest';
import { firstColumn } from './error-codes.js';
import { inRoot } from './root.mjs';

const readme = readFileSync(inRoot('README.md'), 'utf8');
const configuration = readme.split('\n## Configuration\n')[1]?.split('\n## ')[0] ?? '';

describe('the README', () => {
  test('lists every tool of the MCP server, and no other', () => {
    const files = globSync('apps/mcp-server/src/tools/*.ts', { cwd: inRoot() });
    const names = files.flatMap(
      (file) => /^ {2}name: '([a-z_]+)',$/m.exec(readFileSync(inRoot(file), 'utf8'))?.[1] ?? [],
    );
    expect(names.length).toBeGreaterThan(0);
    expect(firstColumn('## Tools').toSorted()).toEqual(names.toSorted());
  });

  const { sources } = loadConfiguration({ env: {}, home: '/home/me' });

  test.each([...sources.keys()])('shows the setting %s', (path) => {
    expect(configuration).toMatch(new RegExp(`\\b${path.split('.').at(-1)}: `));
  });

  test('names every environment variable of the configuration', () => {
    const overrides = readFileSync(inRoot('libs/node-registry/src/overrides.ts'), 'utf8');
    const variables = [...overrides.matchAll(/\bCLUSTER_[A-Z_]+\b/g)].map(([name]) => name);
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !configuration.includes(name))).toEqual([]);
  });
});
