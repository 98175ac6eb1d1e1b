import { describe, expect, test } from 'vitest';
import { normalizeArch, normalizeOs } from './platform.js';
import { matchRequirements, type Matchable, type Mismatch, type Requirements } from './requirements.js';

describe('names of platforms', () => {
  test.each([
    ['linux', 'linux'],
    ['Linux', 'linux'],
    ['darwin', 'macos'],
    ['Darwin', 'macos'],
    ['macOS', 'macos'],
    ['windows', undefined],
    ['', undefined],
  ])('OS %j is %s', (text, os) => {
    expect(normalizeOs(text)).toBe(os);
  });

  test.each([
    ['x86_64', 'x86_64'],
    ['AMD64', 'x86_64'],
    ['x64', 'x86_64'],
    ['arm64', 'arm64'],
    ['aarch64', 'arm64'],
    ['armv7l', undefined],
  ])('architecture %j is %s', (text, arch) => {
    expect(normalizeArch(text)).toBe(arch);
  });
});

describe('matchRequirements', () => {
  const mac: Matchable = { os: 'macos', arch: 'arm64', capabilities: ['Docker', 'gpu'] };

  test.each<[Matchable, Requirements, Mismatch[]]>([
    [mac, {}, []],
    [mac, { os: 'macos', arch: 'arm64', capabilities: ['docker', 'GPU'] }, []],
    [mac, { os: 'linux' }, [{ requirement: 'os', wanted: 'linux', found: 'macos' }]],
    [mac, { arch: 'x86_64' }, [{ requirement: 'arch', wanted: 'x86_64', found: 'arm64' }]],
    [{ capabilities: [] }, { os: 'linux' }, [{ requirement: 'os', wanted: 'linux' }]],
    [
      { capabilities: [] },
      { capabilities: ['raid'] },
      [{ requirement: 'capability', wanted: 'raid', found: 'none' }],
    ],
    [
      mac,
      { os: 'linux', capabilities: ['docker', 'tpu', 'TPU'] },
      [
        { requirement: 'os', wanted: 'linux', found: 'macos' },
        { requirement: 'capability', wanted: 'TPU', found: 'Docker, gpu' },
      ],
    ],
  ])('%j, %j', (node, requirements, mismatches) => {
    expect(matchRequirements(node, requirements)).toEqual(mismatches);
  });
});
