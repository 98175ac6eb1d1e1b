import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportLines, quote, quoteFolder } from './quote.js';

const shells = ['sh', 'bash', 'dash'];
const anyWords = fc.array(
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((word) => !word.includes('\0')),
  { minLength: 1, maxLength: 8 },
);

function echoed(shell: string, words: string[]): string[] {
  const line = `printf '%s\\0' ${words.map(quote).join(' ')}`;
  return execFileSync(shell, ['-c', line]).toString('utf8').split('\0').slice(0, -1);
}

describe('quote', () => {
  it.each(shells)('gives back every word as it was (%s)', (shell) => {
    const words = [
      '',
      ' ',
      "'",
      `a'b"c`,
      '$HOME',
      '`id`',
      '*',
      '~',
      '-n',
      'a\nb',
      '\\',
      'é€😀',
      '#',
      '!',
      '=x',
      "'''",
    ];
    expect(echoed(shell, words)).toEqual(words);
  });

  it('gives back arbitrary text as it was', () => {
    fc.assert(
      fc.property(anyWords, (words) => {
        expect(echoed('sh', words)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses NUL, which no argument can carry', () => {
    expect(() => quote('a\0b')).toThrow(/NUL/);
  });
});

describe('quoteFolder', () => {
  it('keeps the home symbolic, and quotes what is below it', () => {
    const pwd = (folder: string) =>
      execFileSync('sh', ['-c', `printf %s ${quoteFolder(folder)}`], { env: { HOME: '/h o' } }).toString();
    expect(pwd('~')).toBe('/h o');
    expect(pwd("~/a 'b'")).toBe("/h o/a 'b'");
    expect(pwd('/x y')).toBe('/x y');
    expect(pwd('~user')).toBe('~user');
  });
});

describe('exportLines', () => {
  it('sets values with newlines and quotes', () => {
    const script = `${exportLines({ A: "x\ny'z", B: '' })}printf '%s|%s' "$A" "$B"`;
    expect(execFileSync('sh', ['-c', script]).toString()).toBe("x\ny'z|");
  });

  it('refuses a name that is no variable', () => {
    expect(() => exportLines({ 'A;rm': 'x' })).toThrow(/A;rm/);
  });
});
