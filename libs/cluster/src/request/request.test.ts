import { describe, expect, it } from 'vitest';
import { parseParallelRequest, parseRunRequest } from './request.js';

describe('a request to run one command', () => {
  it('needs a command alone', () => {
    expect(parseRunRequest({ command: 'ls' })).toEqual({
      ok: true,
      value: { command: 'ls', auto_route: true, priority: 5, wait_seconds: 50 },
    });
  });

  it.each([
    [undefined, /object/],
    ['ls', /object/],
    [{}, /command/],
    [{ command: 7 }, /command/],
    [{ command: 'ls', requires_os: 'windows' }, /requires_os/],
    [{ command: 'ls', requires_arch: 'mips' }, /requires_arch/],
    [{ command: 'ls', cwd: '' }, /cwd/],
    [{ command: 'ls', cwd: '/a\0b' }, /NUL/],
    [{ command: 'ls', env: { 'A B': '1' } }, /env/],
    [{ command: 'ls', env: { 'A=1;x': '1' } }, /env/],
    [{ command: 'ls', env: { A: 'x\0' } }, /NUL/],
    [{ command: 'ls', env: { A: 1 } }, /env/],
    [{ command: 'ls', priority: 1.5 }, /priority/],
    [{ command: 'ls', timeout_seconds: -1 }, /timeout_seconds/],
    [{ command: 'ls', timeout_seconds: Number.NaN }, /timeout_seconds/],
    [{ command: 'ls', wait_seconds: 601 }, /wait_seconds/],
    [{ command: 'ls', requires_capabilities: 'docker' }, /requires_capabilities/],
    [{ command: 'ls', comand: 'ls' }, /comand/],
  ])('refuses %o, and says what is wrong', (input, expected) => {
    expect(parseRunRequest(input)).toEqual({ ok: false, error: expect.stringMatching(expected) });
  });

  it('says all that is wrong at once', () => {
    const parsed = parseRunRequest({ command: 7, priority: -1, wait_seconds: 'long' });
    expect(parsed).toEqual({ ok: false, error: expect.stringMatching(/command.*priority.*wait_seconds/) });
  });
});

it('refuses no commands, and too many', () => {
  expect(parseParallelRequest({ commands: [] }).ok).toBe(false);
  expect(parseParallelRequest({ commands: Array.from({ length: 257 }, () => 'ls') }).ok).toBe(false);
  expect(parseParallelRequest({ commands: Array.from({ length: 256 }, () => 'ls') }).ok).toBe(true);
  expect(parseParallelRequest({ commands: ['ls'], max_parallel: 0 }).ok).toBe(false);
  expect(parseParallelRequest({ commands: ['ls'], command: 'ls' }).ok).toBe(false);
});
