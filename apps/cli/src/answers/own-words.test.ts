import { describe, expect, it } from 'vitest';
import { inOwnWords } from './own-words.js';

describe('inOwnWords', () => {
  it('tells what to do by the flags of the command line', () => {
    const answer = { error_code: 'timeout', hint: 'Give it more with timeout_seconds.', status: 'timeout' };
    expect(inOwnWords(answer)).toEqual({ ...answer, hint: expect.stringContaining('--timeout') });
  });

  it('leaves what speaks of no tool as it is', () => {
    const answer = { error_code: 'connection-refused', hint: 'Start sshd there.' };
    expect(inOwnWords(answer)).toBe(answer);
    expect(inOwnWords({})).toEqual({});
  });
});
