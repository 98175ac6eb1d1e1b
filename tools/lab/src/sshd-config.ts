import { quoteConfig, quoteConfigToken } from './quote.js';

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
  forcedCommand: string | undefined;
  /** `internal-sftp` or the path of a server; none where absent. */
  sftp?: string;
  version: number;
  extra: string[];
}

/**
 * sshd takes the first value it meets for a keyword, so what the caller adds comes before ours; of MaxStartups it takes
 * the last, so ours is left out.
 */
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
    ...fixedLines.filter((line) => !head.some((other) => keyword(other) === keyword(line))),
    // Since 9.8 sshd locks an address out after a few failed log-ins; all nodes and tests share one.
    ...(settings.version >= 9.8 ? ['PerSourcePenalties no'] : []),
    ['SetEnv', ...settings.environment.map((pair) => `"${pair}"`), ...addedEnvironment].join(' '),
    ...(settings.sftp === undefined ? [] : [`Subsystem sftp ${settings.sftp}`]),
    ...(settings.forcedCommand === undefined ? [] : [`ForceCommand ${settings.forcedCommand}`]),
    ...tail,
    '',
  ].join('\n');
}

const keyword = (line: string) => line.trim().split(/[\s=]/, 1)[0]?.toLowerCase();

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
