/** Why something did not start, or a transfer failed. */
export const transportErrorCodes = [
  'address-refused',
  'authentication-failed',
  'cancelled',
  'channel-refused',
  'connect-failed',
  'connection-closed',
  'connection-refused',
  'connection-timed-out',
  'disk-full',
  'file-changed',
  'forwarding-refused',
  'handshake-failed',
  'host-key-changed',
  'host-key-revoked',
  'host-key-unknown',
  'host-not-found',
  'known-hosts-unreadable',
  'network-unreachable',
  'no-such-file',
  'no-such-folder',
  'not-a-file',
  'options-invalid',
  'permission-denied',
  'replace-unfinished',
  'request-invalid',
  'server-busy',
  'sftp-failed',
  'sftp-refused',
  'shell-failed',
  'transfer-failed',
  'transfer-interrupted',
  'transport-closed',
] as const;

export type TransportErrorCode = (typeof transportErrorCodes)[number];

/** That code, where it is one of ours: what is thrown by others' code has others. */
export function knownCode(code: string | undefined): TransportErrorCode | undefined {
  return transportErrorCodes.find((known) => known === code);
}

/** Nothing has run when this is thrown, and no file is in place (but see `replace-unfinished`). Branch on `code`. */
export class TransportError extends Error {
  readonly code: TransportErrorCode;
  /** What to do next, in a sentence. */
  readonly hint: string;
  /** Set where the node was not even asked, because it was found dead a moment ago: when it will be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: TransportErrorCode,
    message: string,
    { hint, cause, retryAfterMs }: { hint: string; cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.code = code;
    this.hint = hint;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nothing ran. */
export function transportClosed(): TransportError {
  return new TransportError('transport-closed', 'The transport is closed.', {
    hint: 'Nothing ran: call again, by a transport that is open.',
  });
}

/** The `code` of an error of any package, or of Node; undefined for anything else. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
