import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicy } from './policy.js';

const policy = createPolicy();
const place = { home: '/home/agent', cwd: '/home/agent/work' };
const verdictOf = (text: string): string => policy.judge(policy.parse(text), place).verdict;
const rank = (text: string): number => ['allow', 'ask', 'deny'].indexOf(verdictOf(text));

/** Simple commands by their words, each a verdict of its own. Only ever classified. */
const commands: readonly (readonly string[])[] = [
  ['rm', '-rf', '/'],
  ['rm', '-r', '/etc'],
  ['rm', '-rf', '/home/agent'],
  ['rm', '-rf', '/mnt/data/run-7'],
  ['chmod', '-R', '777', '/usr'],
  ['dd', 'if=/dev/zero', 'of=/dev/sda'],
  ['mkfs.ext4', '/dev/sda1'],
  ['shutdown', '-h', 'now'],
  ['iptables', '-F'],
  ['git', 'push', '--force', 'origin', 'main'],
  ['git', 'reset', '--hard'],
  ['kubectl', 'delete', 'namespace', 'prod'],
  ['docker', 'volume', 'rm', 'pgdata'],
  ['terraform', 'destroy', '-auto-approve'],
  ['dropdb', 'prod'],
  ['cat', '/etc/shadow'],
  ['usermod', '-aG', 'sudo', 'bob'],
  ['ls', '-la', 'build'],
  ['rm', '-rf', 'build'],
];

const command = fc.constantFrom(...commands);
const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Ways of spelling one word that the shell reads as the same word. */
const spellings: readonly ((word: string, at: number) => string)[] = [
  (word) => word,
  (word) => single(word),
  (word) => `"${word}"`,
  (word, at) => `${word.slice(0, at)}''${word.slice(at)}`,
  (word, at) => `${word.slice(0, at)}""${word.slice(at)}`,
  (word, at) => `${single(word.slice(0, at))}${word.slice(at)}`,
  (word, at) => (/[\w/]/u.test(word[at] ?? '') ? `${word.slice(0, at)}\\${word.slice(at)}` : word),
  (word, at) => `${word.slice(0, at)}\\\n${word.slice(at)}`,
  (word) =>
    `$'${Array.from(word, (char) => `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`).join('')}'`,
  (word) => `"$(printf %s ${single(word)})"`,
  (word) => `"\${unset_name:-${word}}"`,
];

const spelled = fc
  .tuple(command, fc.array(fc.tuple(fc.nat(spellings.length - 1), fc.nat(8)), { minLength: 8, maxLength: 8 }))
  .map(([words, choices]) => ({
    plain: words.join(' '),
    other: words
      .map((word, i) => {
        const [which, at] = choices[i] ?? [0, 0];
        return (spellings[which] ?? ((same: string) => same))(word, Math.min(at, word.length - 1));
      })
      .join(' '),
  }));

const wrappers: readonly ((text: string) => string)[] = [
  (text) => `sudo ${text}`,
  (text) => `sudo -n -u root -- ${text}`,
  (text) => `env A=1 ${text}`,
  (text) => `timeout -s KILL 10 ${text}`,
  (text) => `nice -n 5 ${text}`,
  (text) => `nohup ${text} &`,
  (text) => `command ${text}`,
  (text) => `bash -c ${single(text)}`,
  (text) => `sh -ec ${single(text)}`,
  (text) => `eval ${single(text)}`,
  (text) => `echo ${single(text)} | sh`,
  (text) => `sh <<'EOF'\n${text}\nEOF`,
  (text) => `bash <<< ${single(text)}`,
  (text) => `( ${text} )`,
  (text) => `{ ${text}; }`,
  (text) => `if true; then ${text}; fi`,
  (text) => `true && ${text}`,
  (text) => `echo hi; ${text}`,
  (text) => `f() { ${text}; }; f`,
  (text) => `echo "$( ${text} )"`,
  (text) => `for i in 1; do ${text}; done`,
  (text) => `X=1 ${text}`,
  (text) => `trap ${single(text)} EXIT`,
  (text) => `python3 -c 'import os; os.system("${text}")'`,
];

describe('a verdict is never weakened by', () => {
  it('another spelling of the words', () => {
    fc.assert(
      fc.property(spelled, ({ plain, other }) => {
        expect(rank(other), other).toBeGreaterThanOrEqual(rank(plain));
      }),
      { numRuns: 400 },
    );
  });

  it('spacing', () => {
    const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n ', '   \t ');
    fc.assert(
      fc.property(command, fc.array(gap, { minLength: 6, maxLength: 6 }), (words, gaps) => {
        const text = words.map((word, i) => word + (gaps[i] ?? ' ')).join('');
        expect(rank(text), text).toBe(rank(words.join(' ')));
      }),
    );
  });

  it('wrapping, once or twice', () => {
    const wrap = fc.constantFrom(...wrappers.slice(0, -1));
    fc.assert(
      fc.property(command, wrap, wrap, (words, inner, outer) => {
        const text = words.join(' ');
        expect(rank(inner(text)), inner(text)).toBeGreaterThanOrEqual(rank(text));
        // A wrapper of words takes a simple command; one of text takes anything.
        const twice =
          wrappers.indexOf(outer) >= 7 && !inner(text).includes('EOF') && wrappers.indexOf(outer) !== 21
            ? outer(inner(text))
            : inner(text);
        expect(rank(twice), twice).toBeGreaterThanOrEqual(rank(text));
      }),
      { numRuns: 300 },
    );
  });

  it('one-liners of other languages', () => {
    for (const words of commands) {
      const text = (wrappers.at(-1) ?? String)(words.join(' '));
      expect(rank(text), text).toBeGreaterThanOrEqual(rank(words.join(' ')));
    }
  });

  it('another spelling of the path', () => {
    const path = fc.constantFrom('/', '/etc', '/usr/lib', '/home/agent', '/var/lib/dpkg', '/boot');
    const respell = fc.constantFrom(
      (p: string) => `/${p}`,
      (p: string) => `${p}/.`,
      (p: string) => `${p}/`,
      (p: string) => `/tmp/..${p}`,
      (p: string) => `/./${p}`,
      (p: string) => `${p}//`,
      (p: string) => `/var/tmp/../..${p}`,
      (p: string) => `../../../../../../..${p}`,
      (p: string) => `${p}/x/..`,
    );
    fc.assert(
      fc.property(path, respell, respell, (p, first, second) => {
        const text = `rm -rf ${second(first(p)).replace(/^\/+\.\.\/\.\./u, '../..')}`;
        expect(verdictOf(text), text).toBe('deny');
      }),
    );
  });
});

describe('a verdict is not changed by harmless text', () => {
  const scary = command.map((words) => words.join(' '));
  const shown = fc.constantFrom(
    (text: string) => `# ${text}`,
    (text: string) => `ls -la # ${text}`,
    (text: string) => `echo ${single(text)}`,
    (text: string) => `echo "${text}"`,
    (text: string) => `printf '%s\\n' ${single(text)}`,
    (text: string) => `git commit -m ${single(text)}`,
    (text: string) => `git commit -m "fix: ${text}"`,
    (text: string) => `grep -rn ${single(text)} src`,
    (text: string) => `cat > notes.md <<'EOF'\n${text}\n$( ${text} )\nEOF`,
    (text: string) => `cat <<EOF\n${text}\nEOF`,
    (text: string) => `pytest -k ${single(text)}`,
    (text: string) => `[[ $x == ${single(text)} ]] && echo same`,
    (text: string) => `X=${single(text)}; echo "$X"`,
    (text: string) => `case $x in ${single(text)}) echo no;; esac`,
    (text: string) => `docker run --rm guard check ${single(text)}`,
    (text: string) => `node -e "console.log('${text}')"`,
    (text: string) => `gh pr create --title ${single(text)} --body x`,
  );
  it('in comments, quoted arguments, messages and here-documents', () => {
    fc.assert(
      fc.property(scary, shown, (text, show) => {
        expect(verdictOf(show(text)), show(text)).toBe('allow');
      }),
      { numRuns: 300 },
    );
  });
});
