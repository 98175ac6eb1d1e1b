/*
 * What may stand where OpenSSH takes a host or a user name. The rules are those of `valid_hostname` and
 * `valid_ruser` in OpenSSH's ssh.c; for hosts some more, which no host has and which show a slip.
 */

/** Why this is no host name, as the end of a sentence; undefined for a good one. */
export function hostProblem(host: string): string | undefined {
  if (host === '') return 'must not be empty';
  if (host.startsWith('-')) return 'must not begin with "-"';
  if (/[\s\p{Cc}]/u.test(host)) return 'must not hold spaces or control characters';
  if (/['`"$\\;&<>|(){}]/.test(host)) return 'must not hold characters that mean something to a shell';
  if (host.includes('@')) return 'must be the host alone: put the user into "user"';
  if (host.includes('/')) return 'must be a host name or an address, not a path or URL';
  if (/[[\]]/.test(host)) return 'must not hold brackets: an IPv6 address is written without';
  if (/^[^:]*:\d+$/.test(host)) return 'must be the host alone: put the port into "port"';
  if (host.length > 1024) return 'must not be longer than 1024 characters';
  return undefined;
}

/** Why this is no user name, as the end of a sentence; undefined for a good one. */
export function userProblem(user: string): string | undefined {
  if (user === '') return 'must not be empty';
  if (user.startsWith('-')) return 'must not begin with "-"';
  if (/\p{Cc}/u.test(user)) return 'must not hold control characters';
  if (/['`";&<>|(){}]/.test(user)) return 'must not hold characters that mean something to a shell';
  if (/\s(-|$)/.test(user)) return 'must not hold a space at its end or before "-"';
  if (user.endsWith('\\')) return 'must not end with a backslash';
  return undefined;
}
