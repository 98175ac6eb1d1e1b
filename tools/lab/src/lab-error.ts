export type LabErrorCode =
  | 'bad-node-id'
  | 'bad-node-count'
  | 'no-sshd'
  | 'no-dropbear'
  | 'no-shell'
  | 'needs-root'
  | 'no-free-port'
  | 'node-did-not-start'
  | 'node-did-not-stop'
  | 'unknown-node'
  | 'lab-exists'
  | 'no-lab'
  | 'not-loopback';

/** Everything the lab throws by itself; branch on `code`. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The `code` of a system error, such as `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
