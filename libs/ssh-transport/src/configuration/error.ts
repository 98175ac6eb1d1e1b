/**
 * The configuration is one that `ssh` itself would refuse, or it cannot be expanded for this host.
 * `file` and `line` say where.
 */
export class SshConfigurationError extends Error {
  readonly code = 'ssh-configuration-invalid';
  /** What to do next, in a sentence. */
  readonly hint: string;
  readonly file: string;
  readonly line: number;

  constructor(reason: string, at: { file: string; line: number }, cause?: unknown) {
    super(`${at.file} line ${at.line}: ${reason}.`, { cause });
    this.name = 'SshConfigurationError';
    this.hint = 'Correct that line: ssh -G HOST shows what ssh makes of it.';
    this.file = at.file;
    this.line = at.line;
  }
}

/** A host, user or jump host that `ssh` would refuse on its command line, such as `-oProxyCommand=…`. */
export class SshDestinationError extends Error {
  readonly code = 'ssh-destination-invalid';
  /** How to write it, in a sentence. */
  readonly hint: string;

  constructor(reason: string, hint: string, cause?: unknown) {
    super(`${reason}.`, { cause });
    this.name = 'SshDestinationError';
    this.hint = hint;
  }
}

/** Why one value is wrong; the reader of the file adds where, as an {@link SshConfigurationError}. */
export class InvalidValue extends Error {
  readonly code = 'invalid-value';
}
