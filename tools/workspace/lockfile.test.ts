import { expect, test } from 'vitest';
import { lockProblems } from './lockfile.mjs';

const sound = {
  packages: {
    '': { dependencies: { a: '1.0.0' } },
    'node_modules/a': { integrity: 'sha512-a', optionalDependencies: { 'a-linux': '1.0.0' } },
    'node_modules/a-linux': { integrity: 'sha512-b', optional: true },
    'node_modules/mine': { link: true, resolved: 'libs/mine' },
    'libs/mine': { optionalDependencies: { a: '1.0.0' } },
  },
};
const manifests = {
  '': { dependencies: { a: '1.0.0' } },
  'libs/mine': { optionalDependencies: { a: '1.0.0' } },
};

function withPackage(path: string, entry: object) {
  return { packages: { ...sound.packages, [path]: entry } };
}

test('a sound lock file has no problems', () => {
  expect(lockProblems(sound, manifests)).toEqual([]);
});

test.each([
  [
    'a registry',
    withPackage('node_modules/b', { integrity: 'x', resolved: 'https://example.org/b.tgz' }),
    'node_modules/b names a registry: https://example.org/b.tgz.',
  ],
  ['no checksum', withPackage('node_modules/b', {}), 'node_modules/b has no checksum.'],
  [
    'a missing build for another system',
    withPackage('node_modules/a', { integrity: 'x', optionalDependencies: { 'a-macos': '1.0.0' } }),
    'a-macos, which node_modules/a wants, is not in it.',
  ],
  [
    'another version than the manifest has',
    withPackage('', { dependencies: { a: '1.0.1' } }),
    './package.json and it differ in dependencies.',
  ],
])('%s is told', (_, lock, problem) => {
  expect(lockProblems(lock, manifests)).toEqual([problem]);
});
