import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPolicy } from '@cluster-execution/command-policy';
import { loadConfiguration } from '@cluster-execution/node-registry';
import { describe, expect, test } from 'vitest';
import { codeBlocks, documents } from './code-blocks.js';
import { inRoot } from './root.mjs';

const blocks = documents().flatMap((file) => codeBlocks(file));

describe('what the documents show', () => {
  // <!-- test: none --> stands before a block that is no inventory.
  const inventories = blocks.filter(({ language, mark }) => language === 'yaml' && mark !== 'none');

  test.each(inventories)('$file:$line is an inventory that loads', ({ file, text }) => {
    expect(load(file, text)).toBeDefined();
  });

  test.each(globSync('examples/*', { cwd: inRoot() }))('%s is an inventory that loads', (file) => {
    expect(load(file, readFileSync(inRoot(file), 'utf8')).nodes.length).toBeGreaterThan(0);
  });

  const objects = blocks.filter(({ language, mark }) => language === 'json' && mark !== 'none');

  test.each(objects)('$file:$line is JSON', ({ text }) => {
    expect(JSON.parse(text)).toBeInstanceOf(Object);
  });

  test.each(documents())('%s links to files and headings that are there', (file) => {
    expect(links(file).filter((target) => !isThere(file, target))).toEqual([]);
  });
});

/** As the apps read it: the policy, too, has to take its rules. */
function load(path: string, text: string) {
  const { configuration } = loadConfiguration({ file: { path, text }, env: {}, home: '/home/me' });
  createPolicy({ rules: configuration.policy.rules, workload: configuration.workload });
  return configuration;
}

/** What a document links to in this repository: a path, a heading, or both. */
function links(file: string): string[] {
  const text = readFileSync(inRoot(file), 'utf8').replace(/^ *```[^]*?^ *```/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function isThere(file: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const linked = path === '' ? file : `${dirname(file)}/${path}`;
  if (!existsSync(inRoot(linked))) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(inRoot(linked), 'utf8').matchAll(/^#+ (.+)$/gm)];
  return headings.some(([, title = '']) => anchor(title) === heading);
}

/** As GitHub makes it. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

describe('codeBlocks', () => {
  test('finds a block, its place, its language and its mark', () => {
    const text = 'a\n\n<!-- test: exit 2 -->\n\n```sh\none\ntwo\n```\n\n- b\n\n  ```\n  three\n  ```\n';
    expect(codeBlocks('x.md', text)).toEqual([
      { file: 'x.md', line: 5, language: 'sh', mark: 'exit 2', text: 'one\ntwo' },
      { file: 'x.md', line: 12, language: '', text: 'three' },
    ]);
  });

  test('an open block is told, not read to the end', () => {
    expect(() => codeBlocks('x.md', 'a\n```sh\nb\n')).toThrow('x.md:2: this block is never closed.');
  });
});
