import { quoteConfig, quoteConfigToken, quoteShell } from './quote.js';

export interface SshdSettings {
  id: string;
  port: number;
  user: string;
  hostKeyFile: string;
  pidFile: string;
  authorizedKeysFile: string;
  /** `NAME=value` pairs that every session gets. */
  environment: string[];
  /** Run in place of what the client asked for; the client's wish is in SSH_ORIGINAL_COMMAND. */
  enterScript: string | undefined;
  sftpServer: string | undefined;
  version: number;
  extra: string[];
}

/** sshd takes the first value it meets for a keyword, so what the caller adds comes before ours. */
export function renderSshdConfig(settings: SshdSettings): string {
  const matchAt = settings.extra.findIndex((line) => /^\s*match\s/i.test(line));
  const head = matchAt === -1 ? settings.extra : settings.extra.slice(0, matchAt);
  const tail = matchAt === -1 ? [] : settings.extra.slice(matchAt);
  // Only the first SetEnv line counts, so all pairs share one.
  const isSetEnv = (line: string) => /^\s*setenv\s/i.test(line);
  const addedEnvironment = head.filter(isSetEnv).map((line) => line.trim().replace(/^setenv\s+/i, ''));
  return [
    ...head.filter((line) => !isSetEnv(line)),
    `ListenAddress 127.0.0.1:${settings.port}`,
    `HostKey ${quoteConfig(settings.hostKeyFile)}`,
    `PidFile ${quoteConfig(settings.pidFile)}`,
    `AuthorizedKeysFile ${quoteConfigToken(settings.authorizedKeysFile)}`,
    `AllowUsers ${settings.user}`,
    ...fixedLines,
    // Since 9.8 sshd locks an address out after a few failed log-ins; all nodes and tests share one.
    ...(settings.version >= 9.8 ? ['PerSourcePenalties no'] : []),
    ['SetEnv', ...settings.environment.map((pair) => `"${pair}"`), ...addedEnvironment].join(' '),
    ...subsystem(settings),
    ...(settings.enterScript === undefined ? [] : [`ForceCommand exec ${quoteShell(settings.enterScript)}`]),
    ...tail,
    '',
  ].join('\n');
}

const fixedLines = [
  'AuthenticationMethods publickey',
  'PubkeyAuthentication yes',
  'PasswordAuthentication no',
  'KbdInteractiveAuthentication no',
  'PermitRootLogin prohibit-password',
  'StrictModes no',
  'UsePAM no',
  'UseDNS no',
  'PermitUserRC no',
  'PermitUserEnvironment no',
  'PrintMotd no',
  'PrintLastLog no',
  'MaxStartups 1000:30:2000',
  'MaxSessions 1000',
  'LogLevel INFO',
];

function subsystem(settings: SshdSettings): string[] {
  if (settings.sftpServer !== undefined) return [`Subsystem sftp ${settings.sftpServer}`];
  return settings.enterScript === undefined ? ['Subsystem sftp internal-sftp'] : [];
}

/**
 * What a session of a node with a home of its own starts with. It only ever replaces itself, so the shell that runs
 * the command keeps the process id that leads the session and the process group, as without a forced command.
 *
 * SHLVL: bash reads ~/.bashrc when it is the first shell under sshd. The outer shell, which only starts this script,
 * is told by SHLVL that it is not; the one that runs the command is then the first.
 */
export function renderEnterScript(home: string): string {
  return `#!/bin/sh
HOME=${quoteShell(home)}
export HOME
cd "$HOME" || exit 255
unset SHLVL OLDPWD
if [ "\${SSH_ORIGINAL_COMMAND+given}" ]; then
  asked=$SSH_ORIGINAL_COMMAND
  unset SSH_ORIGINAL_COMMAND
  exec "\${SHELL:-/bin/sh}" -c "$asked"
fi
exec "\${SHELL:-/bin/sh}" -l
`;
}

/** Keeps the outer shell from reading ~/.bashrc; see `renderEnterScript`. */
export const outerShellLevel = 'SHLVL=7';
