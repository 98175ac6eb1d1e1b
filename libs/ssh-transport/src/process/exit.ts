/** How a command ended. */
export type Exit =
  | { kind: 'exited'; code: number }
  | { kind: 'signaled'; signal: string }
  /** `stopped`: were its processes seen to be gone? */
  | { kind: 'timeout' | 'cancelled'; stopped: 'yes' | 'no' | 'unknown' }
  /** The connection went before the end was seen: it may have run, or run on. */
  | { kind: 'lost' };

export type OutputStream = 'stdout' | 'stderr';

export interface RunRequest {
  /** Run by `bash --norc -c` where the node has bash, else by `sh -c`. 10 MB were tried. */
  command: string;
  /** Absolute, `~` or `~/below`; the user's home where absent. */
  cwd?: string;
  /** Set for the command, sent by standard input. */
  env?: Readonly<Record<string, string>>;
  /** true: without the user's captured environment, which need not be waited for then. */
  plain?: boolean;
  /**
   * Standard input; `/dev/null` where absent. A Readable is such an iterable. What it throws ends the command, and is thrown as
   * it is.
   */
  stdin?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** More than 0, from the start of the command: connecting and waiting for a turn come before. None where absent. */
  timeoutMs?: number;
  /** Aborting ends the command and everything it started; before the start, it is a result too: `cancelled`. */
  signal?: AbortSignal;
  /** Bytes as they come. A promise holds back the sender until it resolves. What it throws ends the command, and is thrown as it is. */
  onOutput?(stream: OutputStream, chunk: Buffer): void | Promise<void>;
  /** The command has begun. What it throws ends the command, and is thrown as it is. */
  onStart?(): void;
}

export interface RunResult {
  exit: Exit;
  /** From the start of the command to its own end, milliseconds; 0 where it never began. */
  durationMs: number;
  /**
   * Something that the command left behind still held its output open when it was read no longer: a second of silence
   * after the command's end. What that prints later is lost. Absent where all of the output was read.
   */
  outputOpen?: true;
}
