/** How a command ended. */
export type Exit =
  | { kind: 'exited'; code: number }
  | { kind: 'signaled'; signal: string }
  /** `stopped`: were its processes seen to be gone? */
  | { kind: 'timeout' | 'cancelled'; stopped: 'yes' | 'no' | 'unknown' }
  /** May have run, or run on: its end was not seen. */
  | { kind: 'lost' };

export type OutputStream = 'stdout' | 'stderr';

export interface ExecuteRequest {
  /** Run by `bash --norc -c` where the node has bash, else by `sh -c`. */
  command: string;
  /** Absolute, `~` or `~/below`; the node user's home where absent. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** true: without the user's captured environment, which need not be waited for then. */
  plain?: boolean;
  /** `/dev/null` where absent. */
  stdin?: Uint8Array | NodeJS.ReadableStream;
  /** From the start of the command, milliseconds; none where absent. */
  timeoutMs?: number;
  /** Aborting ends the command and everything it started. */
  signal?: AbortSignal;
  /** Bytes as they come; a promise holds the sender back until it resolves. */
  onOutput?(stream: OutputStream, chunk: Buffer): void | Promise<void>;
  /** The command has begun. */
  onStart?(): void;
}

export interface Execution {
  exit: Exit;
  /** From start to end of the command, milliseconds. */
  durationMs: number;
  /** What it left behind still held its output open when it was read no longer; what that prints later is lost. */
  outputOpen?: true;
}

/** What a node tells of itself when it is first reached. */
export interface NodeFacts {
  os?: 'linux' | 'macos';
  arch?: 'x86_64' | 'arm64';
  cores?: number;
  home?: string;
}

/**
 * Runs commands on one node. The contract (tools/contracts) holds for every implementation: a rejection has a string
 * `code` and means that nothing ran (`no-such-folder`, or why the node could not be reached); all else is an Execution.
 */
export interface Executor {
  execute(request: ExecuteRequest): Promise<Execution>;
  /** Asked of the node once, then remembered. Rejects like `execute`. */
  facts(): Promise<NodeFacts>;
}

/** Nothing ran, and why. */
export class ExecutionError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ExecutionError';
    this.code = code;
    this.hint = options.hint;
  }
}
