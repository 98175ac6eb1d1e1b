import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Bench } from './bench.js';

/** What is hard to get through a shell line. */
const alphabets = {
  letters: 'abc',
  'single quotes': `'`,
  'all quotes': `'"\`$\\`,
  'lines and blanks': 'a \n\t ',
  'other scripts': 'ä€😀',
};
// Around dropbear's longest line, what a shell takes as one argument, and the longest command that is promised.
const lengths = [1_000, 8_500, 33_000, 99_000];

/** A command means on the node what it means in a shell. */
export function commands({ run }: Bench): void {
  it.each([
    ['quotes', `echo "it's" 'a"b' \\$HOME`, `it's a"b $HOME\n`],
    ['several lines', 'a=1\necho "$a"\n\n# comment\necho done', '1\ndone\n'],
    ['a here-document', 'cat <<X\nin\nX\necho after', 'in\nafter\n'],
    ['globs and variables', 'set -- /et[c]; echo "$1"', '/etc\n'],
  ])('means the same as in a shell: %s', async (_what, command, expected) => {
    expect((await run({ command })).stdout).toBe(expected);
  });

  it.each(lengths)('takes %i bytes, whatever their quoting', async (length) => {
    for (const [name, alphabet] of Object.entries(alphabets)) {
      const text = fill(alphabet, length);
      const ran = await run({ command: `cat <<'END of text'\n${text}\nEND of text` });
      expect(ran.output.equals(Buffer.from(`${text}\n`)), name).toBe(true);
    }
  });

  it('sets variables, whatever their values, and keeps standard input intact beside them', async () => {
    const env = { A: `it's "x" $y \`z\``, B: 'two\nlines\\', C: 'ä€😀' };
    const command = `printf '%s|%s|%s|' "$A" "$B" "$C"; cat`;
    const ran = await run({ command, env, stdin: Buffer.from('input') });
    expect(ran.stdout).toBe(`${env.A}|${env.B}|${env.C}|input`);
  });

  it('shows the values of variables to nobody who lists processes', async () => {
    const env = { TOKEN: randomUUID() };
    const ran = await run({ command: 'echo "$TOKEN"; ps -A -ww -o args=', env });
    const [first, ...processes] = ran.stdout.split('\n');
    expect(first).toBe(env.TOKEN);
    expect(processes.length).toBeGreaterThan(2);
    expect(processes.join('\n')).not.toContain(env.TOKEN);
  });
}

/** At most `bytes` of UTF-8. */
function fill(alphabet: string, bytes: number): string {
  return alphabet.repeat(Math.floor(bytes / Buffer.byteLength(alphabet)));
}
