import { InvalidValue, SshDestinationError } from './error.js';
import { parsePort } from './values.js';

export interface Destination {
  host: string;
  user?: string;
  port?: number;
}

/**
 * Takes apart what `ssh -J` and `ProxyJump` take for one hop: `[user@]host[:port]`, an IPv6 address with
 * a port in square brackets, or `ssh://[user@]host[:port]`.
 * @throws InvalidValue-coded errors for anything else.
 */
export function parseDestination(text: string): Destination {
  const plain = text.toLowerCase().startsWith('ssh://') ? text.slice(6).replace(/\/$/, '') : text;
  const at = plain.lastIndexOf('@');
  const user = at === -1 ? undefined : plain.slice(0, at);
  const place = /^(?:\[([^\]\s]+)\]|([^:[\]\s]+))(?::(\d+))?$/.exec(plain.slice(at + 1));
  const host = place?.[1] ?? place?.[2] ?? bareIpv6(plain.slice(at + 1));
  if (host === undefined || user === '') throw new InvalidValue(`'${text}' is not [user@]host[:port]`);
  return {
    host,
    ...(user !== undefined && { user }),
    ...(place?.[3] !== undefined && { port: parsePort(place[3]) }),
  };
}

function bareIpv6(text: string): string | undefined {
  return /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.%\w]*$/i.test(text) ? text : undefined;
}

/** The text that {@link parseDestination} reads back: `user@host:port`, without what is not given. */
export function formatDestination(destination: Destination): string {
  const { host, user, port } = destination;
  const place = port !== undefined && host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${place}${port === undefined ? '' : `:${port}`}`;
}

/**
 * Refuses what OpenSSH (since 9.6) refuses on its command line, because such names reach shells by
 * `ProxyCommand`: a leading `-`, blanks, control characters and shell metacharacters.
 */
export function checkHost(host: string): void {
  if (host === '' || host.startsWith('-') || /['`"$\\;&<>|(){}\s\x00-\x1f\x7f]/.test(host)) {
    throw new SshDestinationError(
      `The host name ${JSON.stringify(host)} contains characters that ssh refuses`,
    );
  }
}

/** As {@link checkHost}, for the user's name. */
export function checkUser(user: string): void {
  const refused = /^$|^-|['`";&<>|(){}\x00-\x1f\x7f]|\s-|\\$/;
  if (refused.test(user)) {
    throw new SshDestinationError(
      `The user name ${JSON.stringify(user)} contains characters that ssh refuses`,
    );
  }
}
