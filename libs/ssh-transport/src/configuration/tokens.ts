import { createHash } from 'node:crypto';
import { InvalidValue } from './error.js';

/** What `%` tokens stand for, by letter, as TOKENS in ssh_config(5) has them. */
export type Tokens = Readonly<Record<string, string>>;

export interface TokenSource {
  /** as given on the command line */
  originalHost: string;
  /** what it was resolved to */
  host: string;
  port: number;
  remoteUser: string;
  hostKeyAlias?: string | undefined;
  /** `ProxyJump` as written, tokens expanded; empty without one */
  jump: string;
  home: string;
  localUser: string;
  localUserId: number;
  localHostname: string;
}

/** The tokens of `IdentityFile`, `IdentityAgent` and `UserKnownHostsFile`. */
export function connectionTokens(source: TokenSource): Tokens {
  const { localHostname, host, port, remoteUser, jump } = source;
  return {
    C: createHash('sha1').update(`${localHostname}${host}${port}${remoteUser}${jump}`).digest('hex'),
    d: source.home,
    h: host,
    i: String(source.localUserId),
    j: jump,
    k: source.hostKeyAlias ?? source.originalHost,
    L: localHostname.split('.')[0] ?? localHostname,
    l: localHostname,
    n: source.originalHost,
    p: String(port),
    r: remoteUser,
    u: source.localUser,
  };
}

/** The tokens of `ProxyCommand` and `ProxyJump`, of which OpenSSH allows fewer. */
export function proxyTokens(source: Omit<TokenSource, 'jump'>): Tokens {
  const { host, originalHost, port, remoteUser } = source;
  return { h: host, n: originalHost, p: String(port), r: remoteUser };
}

/** Replaces `%x` and `%%`. @throws InvalidValue for a token that has no meaning here */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.?)/gs, (whole, letter: string) => {
    if (letter === '%') return '%';
    const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined;
    if (value === undefined) throw new InvalidValue(`unknown token '${whole}' in '${text}'`);
    return value;
  });
}

/** Replaces `%x`, `%%` and `${NAME}` in one pass, so that what is put in is not looked at again. */
export function expandTokensAndVariables(
  text: string,
  tokens: Tokens,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return text.replace(/\$\{([^}]*)\}|%./gs, (whole, name: string | undefined) => {
    if (name === undefined) return expandTokens(whole, tokens);
    const value = env[name];
    if (value === undefined)
      throw new InvalidValue(`the environment has no variable '${name}' for '${text}'`);
    return value;
  });
}

/** `~` and `~/…` of the local user; undefined for the home of anybody else, which is not known here. */
export function expandHome(path: string, home: string, localUser: string): string | undefined {
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const user = slash === -1 ? path.slice(1) : path.slice(1, slash);
  if (user !== '' && user !== localUser) return undefined;
  const rest = slash === -1 ? '' : path.slice(slash + 1);
  return rest === '' ? home : `${home.replace(/\/$/, '')}/${rest}`;
}
