/**
 * `connection-refused`: a machine answered that nothing listens there. `connection-timed-out`: nobody answered in
 * time. `network-unreachable`: there is no way to the address. `connect-failed`: all else.
 */
export type ConnectErrorCode =
  'connection-refused' | 'connection-timed-out' | 'network-unreachable' | 'connect-failed';

export interface FailedAttempt {
  address: string;
  error: Error;
}

export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: ConnectErrorCode;
  /** What became of each address that was tried, in the order in which they were started. */
  readonly attempts: readonly FailedAttempt[];

  constructor(
    code: ConnectErrorCode,
    attempts: readonly FailedAttempt[],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.attempts = attempts;
  }
}

/** The error after every attempt has failed (`timedOutAfterMs` undefined) or the time is up. */
export function connectFailure(
  port: number,
  attempts: readonly FailedAttempt[],
  timedOutAfterMs?: number,
): ConnectError {
  const code = timedOutAfterMs === undefined ? summarize(attempts) : 'connection-timed-out';
  const tried = attempts.map(({ address, error }) => `${address} (${errno(error) ?? error.message})`);
  const where = tried.length === 0 ? 'no address was given' : tried.join(', ');
  const limit = timedOutAfterMs === undefined ? '' : ` within ${timedOutAfterMs} ms`;
  return new ConnectError(
    code,
    attempts,
    `Cannot connect to port ${port}${limit}: ${where}. ${advice[code]}`,
    {
      cause:
        attempts.length > 1 ? new AggregateError(attempts.map(({ error }) => error)) : attempts[0]?.error,
    },
  );
}

const advice: Record<ConnectErrorCode, string> = {
  'connection-refused': 'Check the port, and that the server is running there.',
  'connection-timed-out': 'Check that the machine is on and that no firewall drops the connection.',
  'network-unreachable': 'Check that this machine is on a network that leads to the address.',
  'connect-failed': 'Check the address and the port.',
};

/** The word that says most: a machine that refuses is at least there, whatever the other addresses are. */
function summarize(attempts: readonly FailedAttempt[]): ConnectErrorCode {
  const codes = new Set(attempts.map(({ error }) => errno(error)));
  if (codes.has('ECONNREFUSED')) return 'connection-refused';
  if (codes.has('ETIMEDOUT')) return 'connection-timed-out';
  const unreachable = ['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL'];
  return unreachable.some((code) => codes.has(code)) ? 'network-unreachable' : 'connect-failed';
}

function errno(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
