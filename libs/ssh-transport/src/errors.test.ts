import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { transportErrorCodes } from './errors.js';

test('the README tells of each code of a TransportError, and of no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('\n## Errors\n');
  const [table = ''] = section.split('\n## ');
  const cells = table.split('\n').map((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? '');
  const told = cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code));
  expect(told.filter((code) => code !== 'code').toSorted()).toEqual(transportErrorCodes.toSorted());
});
