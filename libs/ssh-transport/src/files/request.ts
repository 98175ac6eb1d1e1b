import type { Readable, Writable } from 'node:stream';

export interface Progress {
  /** Bytes that have arrived, those of an earlier attempt included. */
  bytes: number;
  /** Of the whole file; absent where a stream does not tell. */
  totalBytes?: number;
}

export interface TransferOptions {
  /** Ends the transfer; what it has written so far is removed, unless `resume` is to find it. */
  signal?: AbortSignal;
  /** Called each time more bytes have arrived. */
  onProgress?(progress: Progress): void;
}

export interface FileOptions extends TransferOptions {
  /**
   * Permission bits, such as 0o644. Where absent: those of the file that is replaced; else those of the file that is
   * copied (0o666 for a stream), less what the receiving side masks.
   */
  mode?: number;
}

export interface ResumeOptions {
  /**
   * true: what an attempt that was cut off or cancelled has written stays beside the target, as `.NAME.….part`, and the
   * next call with the same file continues there. It continues only where the file here is still the same (size, inode
   * and time of change; for a download the node's size and time), and the SHA-256 of all that had arrived is the same on
   * both sides; in all other cases, such as a node without a shell or a program for SHA-256, it starts from the beginning.
   * Default false: what was written is removed.
   */
  resume?: boolean;
}

/** `to`: on the node, absolute or below its user's home (`file`, `~/file`). */
export type UploadRequest = FileOptions & { to: string } & (
    | ({
        /** A file here. */
        from: string;
      } & ResumeOptions)
    | { from: Readable; resume?: never }
  );

/** `from`: on the node, absolute or below its user's home (`file`, `~/file`). */
export type DownloadRequest =
  | (FileOptions & ResumeOptions & { from: string; /** A file here. */ to: string })
  | (TransferOptions & {
      from: string;
      /** Ended with the last byte, destroyed where the transfer fails. */
      to: Writable;
      resume?: never;
      mode?: never;
    });

export interface TransferResult {
  /** Of the whole file. */
  bytes: number;
  /** How many of them had been there from an earlier attempt. */
  resumedBytes: number;
  durationMs: number;
}
