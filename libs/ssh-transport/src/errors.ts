/**
 * Why a command did not start. Branch on `code`; nothing has run when this is thrown.
 *
 * `host-not-found` · `address-refused` · `connection-refused` · `connection-timed-out` · `network-unreachable` ·
 * `connect-failed` · `handshake-failed` · `host-key-unknown` · `host-key-changed` · `host-key-revoked` ·
 * `authentication-failed` · `forwarding-refused` · `channel-refused` · `shell-failed` · `no-such-folder` · `transport-closed`
 */
export class TransportError extends Error {
  readonly code: string;
  /** What to do next, in a sentence. */
  readonly hint: string;
  /** Set where the node was not even asked, because it was found dead a moment ago: when it will be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
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
