import { afterEach, describe, expect, it, vi } from 'vitest';
import { reportError } from './report-error.js';

describe('reportError', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [
      Object.assign(new Error('bad file'), { code: 'configuration-invalid' }),
      2,
      'bad file [configuration-invalid]',
    ],
    [
      Object.assign(new Error('no'), { code: 'store-busy', hint: 'Try again.' }),
      125,
      'no [store-busy] Try again.',
    ],
    [new Error('plain'), 125, 'plain'],
    ['text', 125, 'text'],
  ])('says what, and exits with the code for it: %s', (error, code, text) => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(reportError(error)).toBe(code);
    expect(said.mock.calls.join('')).toContain(text);
  });
});
