export type ProbeErrorCode =
  /** Text that should be a line printed by `cluster-probe` is not. */
  | 'snapshot-invalid'
  /** Text that should come from a shell snapshot script has none of its marks. */
  | 'sample-invalid';

/** Thrown for text that cannot be read at all. Branch on `code`. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly code: ProbeErrorCode;

  constructor(code: ProbeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The first `length` characters of a text that came from elsewhere, fit to stand in a message. */
export function excerpt(text: string, length = 80): string {
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
