import type { TransportError } from '../errors.js';
import type { FileCode } from './problem.js';

/** Where files lie: this machine or a node. All of it throws TransportErrors that name the file. */
export interface Place {
  /** The most that is read or written at once, and how many such blocks are under way at a time. */
  readonly blockBytes: number;
  readonly depth: number;
  /** The file's own whole name: links followed, `~` resolved. Undefined where there is no such folder. */
  resolve(path: string): Promise<string | undefined>;
  /** Undefined where there is nothing. */
  look(path: string): Promise<FileFacts | undefined>;
  openToRead(path: string): Promise<OpenFile>;
  /** `fresh`: there must not be one yet. Else the one that is there is gone on with. Errors name `target`. */
  openToWrite(path: string, how: { mode: number; fresh: boolean; target: string }): Promise<OpenFile>;
  /**
   * Puts `from` in the place of `to` in one step where the place can do that. False where there is no `from`. Where it fails all is as
   * it was, except with `replace-unfinished`.
   */
  replace(from: string, to: string): Promise<boolean>;
  /** Removes what is of no use any more. False where that could not be done. */
  discard(path: string): Promise<boolean>;
  /** SHA-256 in hexadecimal of a file's first bytes; undefined where the place cannot tell. */
  hashStart(path: string, bytes: number): Promise<string | undefined>;
  problem(code: FileCode, path: string): TransportError;
}

export interface FileFacts {
  kind: 'file' | 'folder' | 'other';
  bytes: number;
  /** Permission bits. */
  mode: number;
  /** The same text for as long as it is the same file with the same content, as far as the place can tell. */
  version: string;
}

export interface OpenFile {
  look(): Promise<FileFacts>;
  /** Shorter than `length` at the end of the file only. */
  read(position: number, length: number): Promise<Buffer>;
  write(position: number, block: Buffer): Promise<void>;
  setMode(mode: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Onto the disk, where the place can do that. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
