import { randomBytes } from 'node:crypto';
import { inheritLines, isVariableName, quote } from '../quote.js';

/** Belong to the session that was asked, not to the user's set-up. */
const ofTheSession =
  /^(?:PWD|OLDPWD|SHLVL|_|TERM|TTY|SSH_.*|XDG_SESSION_.*|XDG_RUNTIME_DIR|CLUSTER_RUN|COLUMNS|LINES|PS1|PS2|PROMPT)$/;

/**
 * Those that bash (`readonly -p`) or another shell lets nobody set, some of which end at an attempt. They say something of a
 * shell, not of the user's set-up.
 */
const ofTheShell =
  /^(?:BASHOPTS|BASHPID|BASH_VERSINFO|DIRSTACK|FUNCNAME|GROUPS|LINENO|PPID|RANDOM|SECONDS|SHELLOPTS)$/;

/** What the file of a login shell that sets nothing has, too. */
const heading =
  '# What the login shell sets; see cluster-execution. Remove this file to have it asked again.\n';

/** Runs a command on the node, and gives back what it printed where it ended with 0 in time. */
export type RunOnNode = (command: string, stdin?: Buffer) => Promise<string | undefined>;

/**
 * What the node user's own interactive login shell sets: `cargo`, `nvm`, `conda` on the PATH. Undefined where the
 * shell does not answer in time, or not with an environment. What is there without it is left out: it is what the server
 * gives, or what we send.
 */
export async function captureEnvironment(
  run: RunOnNode,
  loginShell: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const mark = `env-${randomBytes(6).toString('hex')}`;
  const tell = `echo ${mark}; env -0 2>/dev/null || env; echo; echo ${mark}`;
  // Without single quotes, and by a shell of its own: fish and csh read it too.
  const line = `exec /bin/sh -c "${tell}"`;
  // csh takes -l alone, and so the line by standard input. There it lies for the others as well: for a start-up file that
  // ends in `exec zsh -l`.
  const flags = isCsh(loginShell) ? '-l' : `-ilc ${quote(line)}`;
  const said = await run(`${tell}; exec "\${SHELL:-/bin/sh}" ${flags} 2>/dev/null`, Buffer.from(`${line}\n`));
  const [, without, , withShell] = said?.split(`${mark}\n`) ?? [];
  if (without === undefined || withShell === undefined) return undefined;
  const given = readEnvironment(without);
  return Object.fromEntries(
    Object.entries(readEnvironment(withShell)).filter(([name, value]) => given[name] !== value),
  );
}

function isCsh(loginShell: string): boolean {
  return ['csh', 'tcsh'].includes(loginShell.slice(loginShell.lastIndexOf('/') + 1));
}

/** Pure: what `env -0` prints, or `env` where that knows no -0 (a value with a newline is then lost). */
export function readEnvironment(text: string): Readonly<Record<string, string>> {
  const entries = text.includes('\0') ? text.split('\0') : text.split('\n');
  const variables: [string, string][] = [];
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, Math.max(at, 0));
    if (isVariableName(name) && !ofTheSession.test(name) && !ofTheShell.test(name))
      variables.push([name, entry.slice(at + 1)]);
  }
  return Object.fromEntries(variables);
}

/**
 * Leaves the environment on the node, in a file that only its user reads, so that no command has to carry it. With none,
 * the file is left empty. False where it could not be written.
 */
export async function keepEnvironment(
  run: RunOnNode,
  file: string,
  variables: Readonly<Record<string, string>> | undefined,
): Promise<boolean> {
  const text = variables === undefined ? '' : `${heading}${inheritLines(variables)}`;
  const folder = file.slice(0, file.lastIndexOf('/'));
  const part = quote(`${file}.${randomBytes(4).toString('hex')}`);
  const bytes = Buffer.from(text);
  // Counted, because a cut connection is an end of input like any other; removed, where the disk is full.
  const write = `mkdir -p ${quote(folder)} && cat >${part} && [ $(wc -c <${part}) -eq ${bytes.length} ]`;
  const script = `umask 077; ${write} && mv -f ${part} ${quote(file)} || { rm -f ${part}; exit 1; }`;
  return (await run(script, bytes)) !== undefined;
}
