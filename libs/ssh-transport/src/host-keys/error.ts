/**
 * `known-hosts-unreadable` · `known-hosts-not-written` (ssh warns and goes on in this case) ·
 * `host-key-name-invalid` · `host-key-invalid`
 */
export class KnownHostsError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'KnownHostsError';
    this.code = code;
  }
}

/** The `code` that Node gives to errors of the system. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
