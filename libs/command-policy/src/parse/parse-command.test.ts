import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxCommandBytes, parseCommand } from './parse-command.js';

const codeOf = (text: string): string => {
  const command = parseCommand(text);
  return command.ok ? 'ok' : command.error.code;
};

describe('parseCommand', () => {
  it.each([
    ['ls -la', 'ok'],
    ['a\tb\nc', 'ok'],
    ['# only a comment', 'ok'],
    ['', 'empty'],
    [' \n\t', 'empty'],
    ['ls\u0000', 'control-character'],
    ['ls\r\n', 'control-character'],
    ['ls \u001b[2J', 'control-character'],
    ['x'.repeat(maxCommandBytes), 'ok'],
    ['x'.repeat(maxCommandBytes + 1), 'too-long'],
    ['é'.repeat(maxCommandBytes / 2 + 1), 'too-long'],
    ['echo "', 'syntax'],
    ['if true; then', 'syntax'],
    ['echo $(ls', 'syntax'],
    ['echo "$(if)"', 'syntax'],
    ['echo `echo "$(for)"`', 'syntax'],
    ['cat <<EOF\n$(if)\nEOF', 'syntax'],
    ['$('.repeat(500), 'syntax'],
    ['ls | | wc', 'syntax'],
    ['a && && b', 'syntax'],
    [')', 'syntax'],
    ['a( b', 'syntax'],
    [": true <<EOF'\nx\nEOF\n", 'syntax'],
    ['cat <<A - <<B\n(\nA\n(\nB', 'ok'],
  ])('%j is %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('says what to do', () => {
    const command = parseCommand('echo "');
    expect(command.ok).toBe(false);
    if (!command.ok) expect(command.error.message).toMatch(/correct it/u);
  });
});

// Words that do nothing even if a shell ran them. `bash -n` reads its input and runs none of it.
const word = fc.constantFrom(
  'true',
  ':',
  'false',
  'echo',
  'a',
  '"b c"',
  "'d e'",
  '$x',
  '"$y"',
  '${z:-w}',
  '$((1 + 2))',
  '\\;',
  'x=1',
  '{a,b}',
  '*.c',
  '[ab]',
  '~',
  "$'\\n'",
);
const simple = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `: ${words.join(' ')}`);
const { tree } = fc.letrec<{ tree: string; leaf: string }>((tie) => ({
  leaf: simple,
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(tie('tree'), fc.constantFrom(' && ', ' || ', ' | ', '; ', '\n', ' |& '), tie('tree'))
      .map((parts) => parts.join('')),
    tie('tree').map((inner) => `( ${inner} )`),
    tie('tree').map((inner) => `{ ${inner}\n}`),
    tie('tree').map((inner) => `: "$( ${inner}\n)"`),
    tie('tree').map((inner) => `if : ; then ${inner}\nfi`),
    tie('tree').map((inner) => `for i in 1 2; do ${inner}\ndone`),
    tie('tree').map((inner) => `while false; do ${inner}\ndone`),
    tie('tree').map((inner) => `case x in (a) ${inner}\n;; esac`),
    tie('tree').map((inner) => `f() { ${inner}\n}`),
    tie('tree').map((inner) => `! ${inner}`),
    tie('leaf').map((inner) => `${inner} > /dev/null 2>&1`),
    tie('leaf').map((inner) => `${inner} <<'EOF'\ntext $( unclosed\nEOF\n`),
    tie('leaf').map((inner) => `[[ a == b ]] && ${inner}`),
  ),
}));
// A cut or a doubled character makes many of them invalid.
const damaged = fc
  .tuple(
    tree,
    fc.nat(200),
    fc.constantFrom('', '(', ')', '"', "'", '{', '}', '`', ';;', 'fi', 'done', '$(', ' | '),
  )
  .map(([text, at, extra]) => {
    const cut = Math.min(at, text.length);
    return text.slice(0, cut) + extra + text.slice(cut + (extra === '' ? 1 : 0));
  });

describe('the parser and bash -n', () => {
  const bashAccepts = (text: string): boolean => {
    const result = spawnSync('bash', ['--norc', '-O', 'extglob', '-n'], {
      input: `${text}\n`,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    });
    return result.status === 0;
  };

  it('agree that generated commands are valid', () => {
    fc.assert(
      fc.property(tree, (text) => {
        expect(codeOf(text), text).toBe(bashAccepts(text) ? 'ok' : 'syntax');
      }),
      { numRuns: 120 },
    );
  });

  it('never takes for valid what bash refuses', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        fc.pre(text.trim() !== '');
        expect(codeOf(text) !== 'ok' || bashAccepts(text), text).toBe(true);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });
});
