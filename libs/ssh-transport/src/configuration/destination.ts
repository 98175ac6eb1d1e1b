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

/** As {@link parseDestination}. @throws SshDestinationError */
export function parseHop(text: string): Destination {
  try {
    return parseDestination(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new SshDestinationError(
      `The jump host ${JSON.stringify(text)} is not [user@]host[:port]`,
      'Write each jump host as user@host:port, host:port or host; an IPv6 address before a port stands in brackets.',
      error,
    );
  }
}

/** A host, port and user that are given apart. @throws SshDestinationError */
export function checkDestination({ host, port, user }: Destination): void {
  checkHost(host);
  if (/[@/[\]]/.test(host) || (host.includes(':') && bareIpv6(host) === undefined))
    throw new SshDestinationError(`The host ${JSON.stringify(host)} is no name and no address`, apart(host));
  if (user !== undefined) checkUser(user);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new SshDestinationError(
      `The port ${port} of ${host} is none`,
      'A port is a whole number from 1 to 65535; 22 where it is left out.',
    );
}

/** How to write what somebody wrote in one piece. */
function apart(text: string): string {
  try {
    return `Write the parts apart: ${JSON.stringify(parseDestination(text))}.`;
  } catch (error) {
    if (error instanceof InvalidValue) return plainHost;
    throw error;
  }
}

/**
 * Refuses what OpenSSH (since 9.6) refuses on its command line, because such names reach shells by
 * `ProxyCommand`: a leading `-`, blanks, control characters and shell metacharacters.
 */
export function checkHost(host: string): void {
  if (typeof host !== 'string' || host === '')
    throw new SshDestinationError('There is no host to connect to', plainHost);
  if (host.startsWith('-') || /['`"$\\;&<>|(){}\s\x00-\x1f\x7f]/.test(host)) {
    throw new SshDestinationError(
      `The host name ${JSON.stringify(host)} contains characters that ssh refuses`,
      plainHost,
    );
  }
}

const plainHost = 'Give a plain host name, an address, or a Host of the SSH configuration.';

/** As {@link checkHost}, for the user's name. */
export function checkUser(user: string): void {
  const refused = /^$|^-|['`";&<>|(){}\x00-\x1f\x7f]|\s-|\\$/;
  if (refused.test(user)) {
    throw new SshDestinationError(
      `The user name ${JSON.stringify(user)} contains characters that ssh refuses`,
      'Give the name that the user has on the node.',
    );
  }
}
