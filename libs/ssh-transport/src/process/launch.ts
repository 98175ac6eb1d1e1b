import { exportLines, inheritLines, quote, quoteFolder } from '../quote.js';

/** What the node's login shell has to be told to start one command. */
export interface Launch {
  /** The exec request's line. */
  line: string;
  /** What goes to standard input before the command's own, or nothing. */
  payload?: Buffer;
}

/** What was found out about the node that a launch depends on. */
export interface LaunchShell {
  /** The shell that runs commands: `bash` where the node has it. */
  shell: 'bash' | 'sh';
  /** Does the login shell read POSIX syntax? fish and csh do not. */
  posixLogin: boolean;
  /** How a process group of its own is had: the server gives one, or a program makes one. */
  group: 'given' | 'setsid' | 'perl';
  /** File on the node with `export` lines of the user's environment. */
  environmentFile?: string;
  /** The same as text, where the file could not be written. */
  environment?: Readonly<Record<string, string>>;
}

export interface LaunchRequest {
  command: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  hasStdin: boolean;
}

/** Follows the mark where the folder cannot be entered. */
export const noFolder = 'no-such-folder';

/**
 * Longer lines are not taken everywhere: dropbear takes 9,000 bytes (MAX_CMD_LEN), Linux 131,072 as one argument
 * (MAX_ARG_STRLEN), quoting included.
 */
const inlineLimitBytes = 8_000;

/**
 * The line that starts `request` on a node, marked so that its beginning can be seen: `mark` alone on a line of
 * standard output, and `mark PID` (the process group) or `mark no-such-folder` on standard error.
 *
 * `exec` keeps the process id, and OpenSSH's server makes the login shell leader of a session of its own, so `$$`
 * names the command's process group without a further process.
 */
export function launch(request: LaunchRequest, shell: LaunchShell, mark: string): Launch {
  const inherited = request.hasStdin ? '' : ' </dev/null';
  const run = `exec ${shell.shell === 'bash' ? 'bash --norc' : 'sh'} -c ${quote(request.command)}${inherited}`;
  const needsPayload =
    !shell.posixLogin ||
    request.env !== undefined ||
    shell.environment !== undefined ||
    shell.group !== 'given';
  if (!needsPayload) {
    const line = `${begin(request, shell, mark)}; ${run}`;
    if (Buffer.byteLength(line) <= inlineLimitBytes) return { line };
  }
  return fromPayload(request, shell, mark);
}

/** Environment, folder, marks: all that comes before the command itself. One line. */
function begin(request: LaunchRequest, shell: LaunchShell, mark: string): string {
  const file = shell.environmentFile === undefined ? undefined : quote(shell.environmentFile);
  const parts = [
    file === undefined ? undefined : `if [ -r ${file} ]; then . ${file}; fi`,
    request.cwd === undefined
      ? undefined
      : `cd -- ${quoteFolder(request.cwd)} 2>/dev/null || { echo ${mark} ${noFolder} >&2; exit 1; }`,
    `CLUSTER_RUN=${mark}; export CLUSTER_RUN; echo ${mark}; echo ${mark} $$ >&2`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

/**
 * The same, read from standard input by a fixed line without quotes or backslashes that means the same to every
 * login shell. `read -N` takes the bytes in one go and leaves the rest of standard input intact; plain sh has
 * only `dd`, a byte at a time.
 *
 * A cut connection is an end of input like any other: what came of the text is run only where all of it came. `read -N`
 * fails otherwise; for sh its end is marked. It is held in CLUSTER_RUN, which it sets itself, so that no variable
 * of the user's is touched.
 */
function fromPayload(request: LaunchRequest, shell: LaunchShell, mark: string): Launch {
  const text = [
    inheritLines(shell.environment ?? {}),
    `${begin(request, shell, mark)}\n`,
    exportLines(request.env ?? {}),
    request.hasStdin ? '' : 'exec </dev/null\n',
    request.command,
    '\n',
  ].join('');
  if (shell.shell === 'bash') {
    const payload = Buffer.from(text);
    const reader = `bash --norc -c 'LC_ALL=C read -rN ${payload.length} CLUSTER_RUN && eval "$CLUSTER_RUN"'`;
    return { line: `exec ${groupMaker[shell.group]}${reader}`, payload };
  }
  const end = `.${mark}`; // which stands nowhere before
  const payload = Buffer.from(text + end);
  const read = `CLUSTER_RUN=$(dd bs=1 count=${payload.length} 2>/dev/null)`;
  const reader = `sh -c '${read}; case $CLUSTER_RUN in *${end}) eval "\${CLUSTER_RUN%${end}}";; esac'`;
  return { line: `exec ${groupMaker[shell.group]}${reader}`, payload };
}

/** For those who lead no group yet: then both become leaders without a fork, and the exit is passed on as it is. */
const groupMaker: Record<LaunchShell['group'], string> = {
  given: '',
  setsid: 'setsid ',
  perl: `perl -MPOSIX=setsid -e 'setsid; exec @ARGV' `,
};
