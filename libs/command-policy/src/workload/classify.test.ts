import { describe, expect, it } from 'vitest';
import { createPolicy } from '../policy.js';
import { canonicalKind } from './kinds.js';

const policy = createPolicy();
const of = (text: string) => policy.classify(policy.parse(text));

describe('classify', () => {
  it.each([
    ['make -j8', 'compilation'],
    ['make test', 'testing'],
    ['sudo nice npm test', 'testing'],
    ['cargo bench', 'benchmarking'],
    ['docker build .', 'containerization'],
    ['npm ci', 'dependencies'],
    ['rsync -a a b', 'files'],
    ['cd x && pytest | tee log', 'testing'],
  ])('%s is heavy: %s', (text, kind) => {
    expect(of(text)).toMatchObject({ weight: 'heavy', kind });
  });

  it.each([
    'ls',
    'latest',
    'lsof -i',
    'catalog',
    'attest -v',
    'contest',
    'make --version',
    'git log --grep=test',
    'docker ps',
    'echo "make all"',
    'ssh host make',
    '',
  ])('%j is light', (text) => {
    expect(of(text)).not.toHaveProperty('kind');
    expect(of(text).weight).toBe('light');
  });

  it('lists the external programs that must be there', () => {
    const programs = (text: string): readonly string[] => of(text).programs;
    expect(programs('sudo env A=1 make -j8 | tee log')).toEqual(['sudo', 'env', 'make', 'tee']);
    expect(programs('cd x; export A=1; echo hi; [ -f a ] && gcc a.c')).toEqual(['gcc']);
    expect(programs('f() { jq .; }; f; ./local.sh; /usr/bin/env python3 x.py')).toEqual(['jq', 'python3']);
    expect(programs('ssh host cargo build')).toEqual(['ssh']);
    expect(programs('docker run alpine rustc x.rs')).toEqual(['docker']);
    expect(programs('python3 -c \'import os; os.system("cargo build")\'')).toEqual(['python3']);
    expect(programs('$TOOL x')).toEqual([]);
    expect(programs('echo $(git rev-parse HEAD)')).toEqual(['git']);
  });

  it('calls quick what is made of quick programs alone', () => {
    for (const text of [
      'ls -la | head',
      'cd /tmp && pwd',
      'echo $(date)',
      'A=1',
      'cat a b | sort | uniq -c',
      'f() { ls; }; f',
      'command -v make',
    ])
      expect(of(text).quick, text).toBe(true);
    for (const text of [
      'sleep 1',
      'ls | grep x',
      '$CMD',
      'env make',
      'bash -c ls',
      'eval ls',
      'echo "$(sed 1d x)"',
      'ls; make',
      'trap ls EXIT',
      'echo "',
      'find .',
    ])
      expect(of(text).quick, text).toBe(false);
  });

  it("takes the user's patterns of leading words", () => {
    const own = createPolicy({
      workload: { heavy: ['bazel build', 'just ci', 'simulate'], light: ['make help', 'npm run lint'] },
    });
    const weight = (text: string): string => own.classify(own.parse(text)).weight;
    expect(weight('just ci --fast')).toBe('heavy');
    expect(weight('sudo simulate x')).toBe('heavy');
    expect(weight('make help')).toBe('light');
    expect(weight('make helper')).toBe('heavy');
    expect(weight('npm run lint')).toBe('light');
    expect(weight('npm run build')).toBe('heavy');
    expect(weight('echo simulate')).toBe('light');
  });
});

it('canonicalKind knows synonyms', () => {
  expect(['build', 'Compile', 'test', 'docker', 'bench', 'search', 'tpu'].map(canonicalKind)).toEqual([
    'compilation',
    'compilation',
    'testing',
    'containerization',
    'benchmarking',
    'files',
    'tpu',
  ]);
});
