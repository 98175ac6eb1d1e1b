import { expect, it } from 'vitest';
import { partOf } from './part.js';

it('lies beside the target, hidden', () => {
  expect(partOf('/a/b/file', undefined)).toMatch(/^\/a\/b\/\.file\.[0-9a-f]{16}\.part$/);
  expect(partOf('file', 'v')).toMatch(/^\.file\.[0-9a-f]{16}\.part$/);
});

it('is one and the same for the same version at the same place, and otherwise another', () => {
  expect(partOf('/a/file', 'v')).toBe(partOf('/a/file', 'v'));
  const others = [partOf('/a/file', 'w'), partOf('/a/filE', 'v'), partOf('/a/file', undefined)];
  expect(new Set([...others, partOf('/a/file', 'v'), partOf('/a/file', undefined)]).size).toBe(5);
  const long = 'x'.repeat(60);
  expect(partOf(`/a/${long}1`, 'v')).not.toBe(partOf(`/a/${long}2`, 'v'));
});

it('is no longer than a name may be', () => {
  for (const name of ['x'.repeat(255), '🙂'.repeat(63)])
    expect(Buffer.byteLength(partOf(name, 'v'))).toBeLessThanOrEqual(255);
});
