/**
 * The configuration is one that `ssh` itself would refuse, or it cannot be expanded for this host.
 * `file` and `line` say where; the message also says what to do.
 */
export class SshConfigurationError extends Error {
  readonly code = 'ssh-configuration-invalid';
  readonly file: string;
  readonly line: number;

  constructor(reason: string, at: { file: string; line: number }, cause?: unknown) {
    super(
      `${at.file} line ${at.line}: ${reason}. Correct that line (ssh -G HOST shows what ssh makes of it).`,
      { cause },
    );
    this.name = 'SshConfigurationError';
    this.file = at.file;
    this.line = at.line;
  }
}

/** A host, user or jump host that `ssh` would refuse on its command line, such as `-oProxyCommand=…`. */
export class SshDestinationError extends Error {
  readonly code = 'ssh-destination-invalid';

  constructor(reason: string, cause?: unknown) {
    super(`${reason}. Give a plain host name, an address, or a Host of the SSH configuration.`, { cause });
    this.name = 'SshDestinationError';
  }
}

/** Why one value is wrong; the reader of the file adds where, as an {@link SshConfigurationError}. */
export class InvalidValue extends Error {
  readonly code = 'invalid-value';
}
