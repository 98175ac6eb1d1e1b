import type { Duplex } from 'node:stream';
import { codeOf, messageOf, TransportError, type TransportErrorCode } from '../errors.js';
import type { Connection } from './connection.js';
import { where, type Route } from './route.js';

/**
 * A stream to `route` as seen from the other end of `jump` (ssh -W). Rejects with a TransportError that names both; with
 * `connection-timed-out` once `signal` is aborted, which is after `timeoutMs`.
 */
export async function forward(
  jump: Connection,
  route: Route,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const opening = jump.forward(route.hostName, route.port);
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(tooLate(jump, route, timeoutMs));
      opening.then(
        (stream) => stream.destroy(), // nobody waits for it any more
        () => undefined,
      );
    };
    signal.addEventListener('abort', onAbort, { once: true });
    opening
      .then(resolve, (error: unknown) => reject(notForwarded(jump, route, error)))
      .finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
}

function tooLate({ place }: Connection, route: Route, timeoutMs: number): TransportError {
  const message = `${where(route)} did not answer within ${timeoutMs / 1000} s through the jump host ${place}.`;
  return new TransportError('connection-timed-out', message, {
    hint: `Is the machine on, on a network of ${place}, and open to it? Does ${place} itself still answer?`,
  });
}

/** RFC 4254, 5.1: why a channel was not opened. */
const administrativelyProhibited = 1;

function notForwarded({ place }: Connection, route: Route, error: unknown): TransportError {
  const failed = (code: TransportErrorCode, why: string, hint: string) =>
    new TransportError(code, `${where(route)} could not be reached: ${why}.`, { hint, cause: error });
  if (codeOf(error) === 'connection-closed')
    return failed(
      'connection-closed',
      `the connection to its jump host ${place} was lost`,
      'Nothing ran: call again.',
    );
  if (reasonOf(error) === administrativelyProhibited)
    return failed(
      'forwarding-refused',
      `its jump host ${place} forwards nothing to it`,
      'AllowTcpForwarding, PermitOpen or DisableForwarding in its sshd_config, or an option of the key in authorized_keys, forbids it.',
    );
  // What the server says of it is strerror(3)'s or gai_strerror(3)'s.
  const said = messageOf(error).replace(/^\(SSH\) Channel open failure: */, '');
  const [, code, hint] = sayings.find(([words]) => words.test(said)) ?? unexplained;
  return failed(code, `its jump host ${place} says ${JSON.stringify(said)}`, hint);
}

function reasonOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined;
}

const unexplained = [
  /./,
  'connect-failed',
  'Try it there: ssh -J JUMP HOST. The log of its sshd may say more.',
] as const;

const sayings = [
  [
    /refused/i,
    'connection-refused',
    'The machine answers its jump host, but no SSH server does: is sshd running, and is the port right?',
  ],
  [/timed out/i, 'connection-timed-out', 'Is the machine on, and on a network of the jump host?'],
  [/unreachable|no route/i, 'network-unreachable', 'Is the machine on, and on a network of the jump host?'],
  [
    /name|resol|address/i,
    'host-not-found',
    'The jump host looks the name up: check HostName, or give the address that it has there.',
  ],
] as const;
