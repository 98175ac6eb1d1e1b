import { checkHost, checkUser, parseDestination, formatDestination } from './destination.js';
import { isNone } from './directives.js';
import { createDraft, type Draft, type Placed, type Place, type StrictHostKeyChecking } from './draft.js';
import type { UnsupportedDirective } from './draft.js';
import { InvalidValue, SshConfigurationError } from './error.js';
import { matches, type Subject, wantsFinalPass } from './match.js';
import { matchesHostLine } from './patterns.js';
import type { ReadOptions, Statement } from './read.js';
import {
  connectionTokens,
  expandHome,
  expandTokens,
  expandTokensAndVariables,
  proxyTokens,
  type Tokens,
} from './tokens.js';

export type LoginMethod = 'publickey' | 'keyboard-interactive' | 'password';

/** What the configuration says for one host, expanded and ready to use. */
export interface HostSettings {
  /** where to connect to; lower case, as ssh makes it */
  hostName: string;
  port: number;
  user?: string;
  /** expanded; empty when none is configured (then ssh tries its default files), `['none']` for `none` */
  identityFiles: string[];
  /** expanded; beside those that lie beside their keys */
  certificateFiles: string[];
  identitiesOnly: boolean;
  /** `none`, or the path of the agent's socket; absent: the one in `SSH_AUTH_SOCK` */
  identityAgent?: string;
  /** `identityAgent` is `none` because this variable, which it names, is not set */
  identityAgentUnset?: string;
  /** the hops in order, each `[user@]host[:port]` as `parseDestination` reads; resolve each of them too */
  proxyJump?: string[];
  proxyCommand?: string;
  /** where that is written */
  proxyCommandAt?: { file: string; line: number };
  /** absent: ssh's defaults; `/dev/null`, which is read and written in vain, for `none` */
  userKnownHostsFiles?: string[];
  globalKnownHostsFiles?: string[];
  /** names are to be recorded hashed (`knownHosts(files, { hashNames })`) */
  hashKnownHosts?: boolean;
  strictHostKeyChecking?: StrictHostKeyChecking;
  hostKeyAlias?: string;
  connectTimeoutSeconds?: number;
  serverAliveIntervalSeconds?: number;
  serverAliveCountMax?: number;
  setEnv: Record<string, string>;
  /** names and patterns (`LC_*`) of variables to hand on */
  sendEnv: string[];
  addressFamily: 'any' | 'inet' | 'inet6';
  /** ways to log in, in the order to try them; the last two need a person */
  loginMethods: readonly LoginMethod[];
  /** how often a person may answer wrongly */
  passwordPrompts: number;
  /** directives set for this host that matter and that we do not honour */
  unsupported: UnsupportedDirective[];
}

export interface ResolveOptions extends ReadOptions {
  localHostname: string;
  localUserId: number;
}

export function resolveHost(
  files: readonly (readonly Statement[])[],
  host: string,
  given: { user?: string; port?: number },
  options: ResolveOptions,
): HostSettings {
  checkHost(host);
  if (given.user !== undefined) checkUser(given.user);
  const draft = createDraft(given);
  const subject: Subject = { host, originalHost: host, localUser: options.localUser, final: false };
  let wantsFinal = false;
  for (const file of files) wantsFinal = applyFile(file, subject, draft, true) || wantsFinal;
  const hostName = resolveName(draft, host);
  if (wantsFinal) {
    // ssh reads everything once more under the new name; what was set stays set.
    const last = { ...subject, host: hostName, final: true };
    delete draft.hostName;
    for (const file of files) applyFile(file, last, draft, true);
  }
  return settle(draft, host, hostName, options);
}

/** Returns whether a `Match final` was met, in a block that applies or not. */
function applyFile(
  statements: readonly Statement[],
  subject: Subject,
  draft: Draft,
  outer: boolean,
): boolean {
  let active = outer;
  let wantsFinal = false;
  for (const statement of statements) {
    if (statement.kind === 'host') {
      active = outer && matchesHostLine(subject.host, statement.patterns);
    } else if (statement.kind === 'match') {
      wantsFinal ||= wantsFinalPass(statement.conditions);
      const place = { keyword: 'Match', file: statement.file, line: statement.line };
      active = outer && at(statement, () => matches(statement.conditions, subject, draft, place));
    } else if (statement.kind === 'include') {
      // A Host or Match in the included file ends with that file.
      for (const file of statement.files) wantsFinal = applyFile(file, subject, draft, active) || wantsFinal;
    } else if (active) {
      at(statement, () => statement.apply(draft));
    }
  }
  return wantsFinal;
}

function at<Value>(place: Place, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new SshConfigurationError(error.message, place, error);
  }
}

function resolveName(draft: Draft, host: string): string {
  const { hostName } = draft;
  if (hostName === undefined) return host.toLowerCase();
  return at(hostName, () => expandTokens(hostName.value, { h: host })).toLowerCase();
}

function settle(draft: Draft, originalHost: string, host: string, options: ResolveOptions): HostSettings {
  const { hostKeyAlias } = draft;
  const port = draft.port ?? 22;
  const source = {
    ...options,
    originalHost,
    host,
    port,
    hostKeyAlias,
    remoteUser: draft.user ?? options.localUser,
  };
  const proxy = settleProxy(draft, proxyTokens(source));
  const tokens = connectionTokens({ ...source, jump: proxy.proxyJump?.join(',') ?? '' });
  const unsupported = [...draft.unanswered];
  for (const directive of draft.notHonoured.values())
    if (directive !== undefined) unsupported.push(directive);
  const expand = (keyword: string, value: Placed): string[] => {
    const path = expandHome(value.value, options.home, options.localUser);
    if (path === undefined) unsupported.push({ keyword, file: value.file, line: value.line });
    return path === undefined ? [] : [at(value, () => expandTokensAndVariables(path, tokens, options.env))];
  };
  const known = (keyword: string, values: Placed[]): string[] =>
    values.flatMap((value) => (isNone(value.value) ? ['/dev/null'] : expand(keyword, value)));
  const identityFiles = draft.identityFiles.flatMap((value) =>
    value.value === 'none' ? ['none'] : expand('IdentityFile', value),
  );
  const agent = settleAgent(draft.identityAgent, options, (value) => expand('IdentityAgent', value)[0]);
  return {
    hostName: host,
    port,
    ...(draft.user !== undefined && { user: draft.user }),
    identityFiles,
    certificateFiles: draft.certificateFiles.flatMap((value) =>
      isNone(value.value) ? [] : expand('CertificateFile', value),
    ),
    identitiesOnly: draft.identitiesOnly ?? false,
    ...agent,
    ...proxy,
    ...(draft.userKnownHostsFiles && {
      userKnownHostsFiles: known('UserKnownHostsFile', draft.userKnownHostsFiles),
    }),
    ...(draft.globalKnownHostsFiles && {
      globalKnownHostsFiles: known('GlobalKnownHostsFile', draft.globalKnownHostsFiles),
    }),
    ...(draft.hashKnownHosts !== undefined && { hashKnownHosts: draft.hashKnownHosts }),
    ...chosen(draft),
    setEnv: draft.setEnv ?? {},
    sendEnv: draft.sendEnv,
    addressFamily: draft.addressFamily ?? 'any',
    loginMethods: loginMethods(draft),
    passwordPrompts: draft.numberOfPasswordPrompts ?? 3,
    unsupported: unsupported.sort((one, other) => (one.file === other.file ? one.line - other.line : 0)),
  };
}

/** Those that a host is logged in to with where nothing is configured, in ssh's order. */
export const defaultLoginMethods: readonly LoginMethod[] = ['publickey', 'keyboard-interactive', 'password'];

function loginMethods(draft: Draft): LoginMethod[] {
  const { preferredAuthentications: preferred = defaultLoginMethods, batchMode = false } = draft;
  const wanted: Record<LoginMethod, boolean> = {
    publickey: draft.pubkeyAuthentication ?? true,
    'keyboard-interactive': !batchMode && (draft.kbdInteractiveAuthentication ?? true),
    password: !batchMode && (draft.passwordAuthentication ?? true),
  };
  const known = (name: string): name is LoginMethod => Object.hasOwn(wanted, name);
  return preferred.filter(known).filter((method) => wanted[method]);
}

type Chosen = Pick<
  HostSettings,
  | 'strictHostKeyChecking'
  | 'hostKeyAlias'
  | 'connectTimeoutSeconds'
  | 'serverAliveIntervalSeconds'
  | 'serverAliveCountMax'
>;

/** What is handed on as it was written, where it was written. A connect limit of 0 is none. */
function chosen(draft: Draft): Chosen {
  const { strictHostKeyChecking, hostKeyAlias, connectTimeoutSeconds } = draft;
  const { serverAliveIntervalSeconds, serverAliveCountMax } = draft;
  return {
    ...(strictHostKeyChecking && { strictHostKeyChecking }),
    ...(hostKeyAlias !== undefined && { hostKeyAlias }),
    ...(connectTimeoutSeconds && { connectTimeoutSeconds }),
    ...(serverAliveIntervalSeconds !== undefined && { serverAliveIntervalSeconds }),
    ...(serverAliveCountMax !== undefined && { serverAliveCountMax }),
  };
}

function settleProxy(
  draft: Draft,
  tokens: Tokens,
): Pick<HostSettings, 'proxyJump' | 'proxyCommand' | 'proxyCommandAt'> {
  const { proxy } = draft;
  if (proxy === undefined || isNone(proxy.value)) return {};
  const text = at(proxy, () => expandTokens(proxy.value, tokens));
  if (proxy.kind === 'command')
    return { proxyCommand: text, proxyCommandAt: { file: proxy.file, line: proxy.line } };
  const hops = text.split(',').map((hop) => at(proxy, () => parseDestination(hop)));
  for (const { host, user } of hops) {
    checkHost(host);
    if (user !== undefined) checkUser(user);
  }
  return { proxyJump: hops.map(formatDestination) };
}

function settleAgent(
  setting: Placed | undefined,
  { env }: ResolveOptions,
  expand: (value: Placed) => string | undefined,
): Pick<HostSettings, 'identityAgent' | 'identityAgentUnset'> {
  if (setting === undefined || setting.value === 'SSH_AUTH_SOCK') return {};
  if (isNone(setting.value)) return { identityAgent: 'none' };
  const path = expand(setting);
  if (path === undefined) return {};
  if (!path.startsWith('$')) return { identityAgent: path };
  const name = path.slice(1);
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new SshConfigurationError(`invalid IdentityAgent environment variable name '${name}'`, setting);
  }
  // As ssh does: a variable that is not set means that no agent is asked.
  const socket = env[name];
  return socket === undefined
    ? { identityAgent: 'none', identityAgentUnset: name }
    : { identityAgent: socket };
}
