import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRequest } from './check-request.js';
import { launch, type LaunchRequest, type LaunchShell } from './launch.js';

const mark = '0123456789abcdef';
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'launch-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs what `launch` makes by a login shell of this machine, as sshd would. */
function run(login: string, request: Partial<LaunchRequest>, shell: LaunchShell, stdin = '') {
  const { line, payload } = launch({ command: ':', hasStdin: false, ...request }, shell, mark);
  const input = Buffer.concat([payload ?? Buffer.alloc(0), Buffer.from(stdin)]);
  const env = { PATH: process.env['PATH'], HOME: folder, KEPT: 'by the server' };
  const { stdout, stderr, status, pid } = spawnSync(login, ['-c', line], { input, env, cwd: folder });
  return { line, stdout: stdout.toString(), stderr: stderr.toString(), status, pid };
}

const shells: LaunchShell[] = (['bash', 'sh'] as const).flatMap((shell) => [
  { shell, posixLogin: true, group: 'given' as const },
  { shell, posixLogin: false, group: 'given' as const },
  { shell, posixLogin: true, group: 'setsid' as const },
  { shell, posixLogin: true, group: 'perl' as const },
]);
const variants = ['bash', 'dash'].flatMap((login) =>
  shells.map((shell): [string, LaunchShell] => [login, shell]),
);

describe.each(variants)('by %s, to %o', (login, shell) => {
  it('shows its process group before anything else, and keeps the exit code', () => {
    const ran = run(login, { command: 'echo out; echo err >&2; exit 7' }, shell);
    expect(ran.stdout).toBe(`${mark}\nout\n`);
    expect(ran.stderr).toMatch(new RegExp(`^${mark} [0-9]+\nerr\n$`));
    expect(ran.status).toBe(7);
  });

  it('names the process that leads the command’s group', () => {
    const ran = run(
      login,
      { command: 'read -r line </proc/$$/stat; set -- ${line##*) }; echo $$ $3' },
      shell,
    );
    const group = /^[0-9a-f]+ ([0-9]+)$/m.exec(ran.stderr)?.[1];
    const [, own, leader] = /([0-9]+) ([0-9]+)\n$/.exec(ran.stdout) ?? [];
    expect(own).toBe(group);
    if (shell.group !== 'given') expect(leader).toBe(group);
  });

  it('leaves standard input to the command, or gives it none', () => {
    const whole = 'first line\n\0second ä\n';
    expect(run(login, { command: 'cat', hasStdin: true }, shell, whole).stdout).toBe(`${mark}\n${whole}`);
    const none = run(login, { command: 'readlink /proc/self/fd/0' }, shell, '');
    expect(none.stdout).toBe(`${mark}\n/dev/null\n`);
  });

  it('sets variables over those of the user’s environment', () => {
    const values = { A: `it's "x" $HOME \`id\` \\`, B: 'two\nlines', C: '' };
    const ran = run(
      login,
      { command: 'printf "%s|" "$A" "$B" "$C" "$D" "$KEPT"', env: values },
      { ...shell, environment: { A: 'hidden', D: 'shown' } },
    );
    expect(ran.stdout).toBe(`${mark}\n${values.A}|${values.B}||shown|by the server|`);
  });

  it('enters a folder, whatever its name, or says that it cannot', () => {
    const name = `-it's "a" $HOME & (folder)`;
    mkdirSync(join(folder, name), { recursive: true });
    const inside = join(folder, name);
    expect(run(login, { command: 'pwd', cwd: inside }, shell).stdout).toBe(`${mark}\n${inside}\n`);
    expect(run(login, { command: 'pwd', cwd: `~/${name}` }, shell).stdout).toBe(`${mark}\n${inside}\n`);
    const absent = run(login, { command: 'echo ran', cwd: `${inside}/absent` }, shell);
    expect(absent.stdout).toBe('');
    expect(absent.stderr).toBe(`${mark} no-such-folder\n`);
  });

  it('reads the environment that was kept on the node, and does without it where it is gone', () => {
    const file = join(folder, `it's an environment`);
    writeFileSync(file, 'export MINE=mine\n');
    const kept = { ...shell, environmentFile: file };
    expect(run(login, { command: 'echo "$MINE"' }, kept).stdout).toBe(`${mark}\nmine\n`);
    const gone = { ...shell, environmentFile: `${file} gone` };
    expect(run(login, { command: 'echo "none$MINE"' }, gone).stdout).toBe(`${mark}\nnone\n`);
  });

  it('takes a line that is no shell line to an end that is not 0', () => {
    const ran = run(login, { command: 'echo "' }, shell);
    expect(ran.stdout).toBe(`${mark}\n`);
    expect(ran.status).toBe(2);
  });

  it('runs nothing where not all of it arrives', () => {
    const { line, payload } = launch(
      { command: 'echo ran\necho more', env: { A: '1' }, hasStdin: false },
      shell,
      mark,
    );
    const whole = payload ?? Buffer.alloc(0);
    const ends = [...whole.toString().matchAll(new RegExp(`${mark}|\\n|;`, 'g'))].map(
      ({ index, 0: { length } }) => index + length,
    );
    for (const kept of new Set([0, 1, ...ends, whole.length - 1, whole.length])) {
      const { stdout, status } = spawnSync(login, ['-c', line], {
        input: whole.subarray(0, kept),
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      });
      expect({ kept, stdout, status }).toEqual(
        kept < whole.length
          ? { kept, stdout: '', status: expect.any(Number) }
          : { kept, stdout: `${mark}\nran\nmore\n`, status: 0 },
      );
    }
  });

  it('takes no variable of the user’s for itself', () => {
    const names = ['p', 'P', 'REPLY', 'x'];
    const environment = Object.fromEntries(names.map((name) => [name, `my ${name}`]));
    const command = 'echo "$p $P $REPLY $x $CLUSTER_RUN"; env | grep -c CLUSTER_RUN';
    for (const given of [{ env: environment }, { env: { A: '1' } }]) {
      const kept = given.env === environment ? {} : environment;
      const { line, payload } = launch({ command, hasStdin: false, ...given }, shell, mark);
      const env = { PATH: process.env['PATH'], CLUSTER_RUN: 'of another', ...kept };
      const { stdout } = spawnSync(login, ['-c', line], { input: payload, encoding: 'utf8', env });
      expect(stdout).toBe(`${mark}\nmy p my P my REPLY my x ${mark}\n1\n`);
    }
  });

  it('takes 100 kB of quotes', () => {
    const command = `echo done; : ${`"'"`.repeat(33_000)}`;
    expect(run(login, { command }, shell).stdout).toBe(`${mark}\ndone\n`);
  });
});

it('prints any text as it is', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).map((any) => any.replaceAll('\0', ''));
  const well = text.filter((any) => Buffer.from(any).toString() === any);
  fc.assert(
    fc.property(well, fc.constantFrom(...variants), fc.boolean(), (value, [login, shell], byEnv) => {
      const quoted = `'${value.replaceAll("'", `'\\''`)}'`;
      const request = byEnv
        ? { command: 'printf "%s." "$V"', env: { V: value } }
        : { command: `printf '%s.' ${quoted}` };
      expect(run(login, request, shell).stdout).toBe(`${mark}\n${value}.`);
    }),
    { numRuns: 60 },
  );
});

it('needs no quotes, backslashes or newlines of a login shell that is not POSIX', () => {
  for (const shell of shells.filter(({ posixLogin }) => !posixLogin)) {
    const { line } = launch({ command: `it's\na "b" \\`, hasStdin: true, cwd: '/x y' }, shell, mark);
    expect(line).toMatch(/^exec [^\n\\!]*$/);
    expect(line.match(/'/g)).toHaveLength(2);
    expect(line).not.toContain('it');
  }
});

it.each([
  [{ command: 'echo a\0b' }, /^The command has a NUL character at 6/, /standard input/],
  [{ command: ':', cwd: '/\0' }, /^The cwd has a NUL character at 1/, /standard input/],
  [{ command: ':', env: { A: '\0' } }, /^The env A has a NUL character at 0/, /standard input/],
  [{ command: ':', env: { 'A B': '' } }, /^"A B" is not a name/, /begin with a digit/],
])('refuses what no shell can be given: %j', (request, message, hint) => {
  expect(() => checkRequest(request)).toThrow(
    expect.objectContaining({
      name: 'TransportError',
      code: 'request-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  );
  expect(() => checkRequest({ command: 'ä\n', cwd: '~/ä', env: { A_1: '\n' } })).not.toThrow();
});
