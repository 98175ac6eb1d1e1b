import { loadConfiguration } from '@cluster-execution/node-registry';
import { describe, expect, test } from 'vitest';
import { codeBlocks, documents } from './code-blocks.js';

const blocks = documents().flatMap((file) => codeBlocks(file));

describe('what the documents show', () => {
  // <!-- test: none --> stands before a block that is no inventory.
  const inventories = blocks.filter(({ language, mark }) => language === 'yaml' && mark !== 'none');

  test.each(inventories)('$file:$line is an inventory that loads', ({ file, text }) => {
    const loaded = loadConfiguration({ file: { path: file, text }, env: {}, home: '/home/me' });
    expect(loaded.configuration).toBeDefined();
  });

  const objects = blocks.filter(({ language, mark }) => language === 'json' && mark !== 'none');

  test.each(objects)('$file:$line is JSON', ({ text }) => {
    expect(JSON.parse(text)).toBeInstanceOf(Object);
  });
});

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
