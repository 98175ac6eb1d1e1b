import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicy } from './policy.js';

const policy = createPolicy();
const answer = (text: string): string => {
  const command = policy.parse(text);
  policy.classify(command);
  return policy.judge(command).verdict;
};
const verdicts = ['allow', 'ask', 'deny'];

// Pieces of shell that make deeper trouble than random characters do.
const pieces = fc.constantFrom(
  '$(',
  ')',
  '`',
  '${',
  '}',
  '((',
  '))',
  '"',
  "'",
  '\\',
  '\n',
  ';',
  '|',
  '&',
  '&&',
  '<<EOF',
  '<<<',
  '<(',
  '>(',
  '>',
  '2>&1',
  '{',
  '[[',
  ']]',

  'if',
  'then',
  'fi',
  'for x in',
  'do',
  'done',
  'case',
  'esac',
  'f()',
  'eval',
  'bash -c',
  'xargs',
  'find . -exec',
  'sudo',
  'trap',
  'alias a=',

  'a',
  'rm -rf',
  '/',
  '~',
  '$x',
  '${x:-y}',
  '${!x}',
  '${x//a/b}',
  '$@',
  '{a,b}',
  '{1..9}',
  '*',
  '?',
  '[a-z]',
  '$((1+1))',
  "$'\\x41'",
  ' ',
  '\t',
  '\u0001',
  '\r',
  '💥',
  'é',
);

describe('arbitrary input', () => {
  it('always gets an answer: any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(verdicts).toContain(answer(text));
      }),
      { numRuns: 1_500, interruptAfterTimeLimit: 5_000 },
    );
  });

  it('always gets an answer: pieces of shell', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(verdicts).toContain(answer(parts.join('')));
        expect(verdicts).toContain(answer(parts.join(' ')));
      }),
      { numRuns: 1_500, interruptAfterTimeLimit: 8_000 },
    );
  });
});

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
  'a name that every object has is a name: %s',
  (name) => {
    const uses = [
      `$${name}`,
      `"\${${name}:-a}" \${!${name}}`,
      `${name} a`,
      `${name}=1 ls`,
      `docker ${name}`,
      `npm ${name}`,
      `echo a | tr '[:${name}:]' b`,
      `alias ${name}=ls; ${name}`,
      `sudo ${name}`,
      `${name}() { ls; }; ${name}`,
    ];
    for (const text of uses) expect(verdicts).toContain(answer(text));
    expect(answer(`${name}=/; rm -rf $${name}`)).toBe('deny');
  },
);

describe('size', () => {
  const cases: readonly (readonly [name: string, text: string])[] = [
    ['1 MB', 'a'.repeat(1_000_000)],
    ['200,000 nested $(', '$('.repeat(200_000)],
    ['90 kB of nested $(', '$('.repeat(45_000)],
    ['nested and closed', '$('.repeat(30_000) + ')'.repeat(30_000)],
    ['nested backticks', '\\`'.repeat(40_000)],
    ['nested braces', '{a,'.repeat(20_000) + '}'.repeat(20_000)],
    ['nested parentheses', `${'('.repeat(3_000)}ls${')'.repeat(3_000)}`],
    ['nested quotes of eval', `${'eval '.repeat(15_000)}ls`],
    ['sudo sudo sudo', `${'sudo '.repeat(15_000)}ls`],
    ['5,000 ;', 'ls; '.repeat(5_000)],
    ['100 kB of words', 'echo '.padEnd(99_000, 'a b ')],
    ['one long word', `rm -rf ${'a/'.repeat(45_000)}`],
    ['many variables', Array.from({ length: 2_000 }, (_, i) => `v${i}=x$v${i - 1}`).join('; ')],
    ['doubling variables', `a=xxxxxxxx; ${'a=$a$a; '.repeat(60)}echo $a`],
    [
      'functions that call each other',
      `${Array.from({ length: 40 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join('; ')}; f0`,
    ],
    ['eval that doubles', 'x=\'eval "$x$x"\'; eval "$x"'],
    ['loops in loops', `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(8)}ls; ${'done; '.repeat(8)}`],
    [
      'branches that differ',
      `${Array.from({ length: 200 }, (_, i) => `if a; then v${i % 5}=a${i}; else v${i % 5}=b${i}; fi`).join('; ')}; echo $v0 $v1 $v2 $v3 $v4`,
    ],
    ['long patterns', `x=${'a'.repeat(20_000)}; echo \${x//a*a*a*a*b/y} \${x%%*a*a*b}`],
    ['glob stars', `case x in ${'*a'.repeat(2_000)}) ;; esac`],
    ['code of 90 kB', `python3 -c '${'open("'.repeat(18_000)}'`],
    ['sed of spaces', `sed '${' '.repeat(90_000)}x' f`],
    ['sed of newlines', `sed '${'\n'.repeat(90_000)}x' f`],
    ['patterns over a long value', `x=${'a'.repeat(400)}; ${'echo ${x//a*b/y}; '.repeat(4_000)}`],
    ['a pattern cut off', `x=${'a'.repeat(40_000)}; echo \${x%%*${'a'.repeat(20_000)}b}`],
    ['words that are patterns', '* '.repeat(4_000)],
    ['a value many times', `a=${'x'.repeat(36_000)}; echo "${'$a'.repeat(25_000)}"`],
    ['a value many times in a here-document', `a=${'x'.repeat(36_000)}; cat <<E\n${'$a'.repeat(25_000)}\nE`],
    ['a format many times', `printf '${'x'.repeat(36_000)}%s' ${'a '.repeat(25_000)}`],
    ['an item in many places', `echo ${'x'.repeat(30_000)} | xargs -I{} echo ${'{}'.repeat(15_000)}`],
    ['a long sum', `echo $((${'1+'.repeat(45_000)}1))`],
    ['braces side by side', `echo ${'{a,b}'.repeat(18_000)}`],
    ['functions of functions', `${'f() '.repeat(20_000)}{ ls; }`],
    ['coprocesses of coprocesses', `${'coproc '.repeat(13_000)}ls`],
    ['sql that copies', `psql -c '${'copy '.repeat(19_000)}'`],
    ['sql that updates', `psql -c '${'update a set '.repeat(7_000)}'`],
    ['a makefile of colons', `make --eval '${'a:'.repeat(45_000)}'`],
    ['a name put back often', `python3 -c 'a="${'x'.repeat(5_000)}"; f(${'a, '.repeat(20_000)})'`],
    [
      'many variables and many copies',
      `${Array.from({ length: 5_500 }, (_, i) => `a${i}=1;`).join('')}${'b|b;'.repeat(10_000)}`,
    ],
    ['sql of 90 kB', `psql -c "${'delete from '.repeat(8_000)}"`],
  ];
  it.each(cases)(
    '%s is answered in a bounded time',
    (_name, text) => {
      const start = performance.now();
      expect(verdicts).toContain(answer(text));
      // Each takes under a second on an idle machine.
      expect(performance.now() - start).toBeLessThan(10_000);
    },
    30_000,
  );

  it('an answer to what was not followed to its end is never allow', () => {
    expect(
      answer(`${Array.from({ length: 40 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join('; ')}; f0`),
    ).not.toBe('allow');
    expect(answer('$('.repeat(200_000))).toBe('deny');
    expect(answer('a'.repeat(100_001))).toBe('deny');
    expect(answer('é'.repeat(60_000))).toBe('deny');
    expect(answer('')).toBe('deny');
    expect(answer('echo "')).toBe('deny');
    expect(answer('ls\u0000-la')).toBe('deny');
  });
});
