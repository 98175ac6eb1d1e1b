import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { exitCodes } from '../answers/exit-code.js';

/** Writes, and resolves when there is room again: whoever produces is held back by a slow reader. */
export function write(stream: Writable, chunk: string | Uint8Array): void | Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return undefined;
  return room(stream);
}

/** Resolves when there is room, or nobody reads any more. */
function room(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      for (const event of events) stream.off(event, finish);
      resolve();
    };
    const events = ['drain', 'close', 'error'];
    for (const event of events) stream.on(event, finish);
  });
}

/** 128 + SIGPIPE: what ends a filter whose reader has gone. */
const brokenPipe = 141;

/** A reader that goes away (`| head`) ends us quietly, as it ends any filter; a full disk does not. */
export function endOnFailure(error: NodeJS.ErrnoException): void {
  process.exit(outputFailed(error));
}

/** What to exit with where our output cannot be written, which is said unless there is nobody left to read it. */
export function outputFailed({ code, message }: NodeJS.ErrnoException): number {
  if (code === 'EPIPE' || code === 'EIO') return brokenPipe;
  say(`cluster-router: the output cannot be written: ${message}`);
  return exitCodes.didNotRun;
}

/** Our standard input, where it is something a command could read: a pipe, a file or a socket. */
export function pipedInput(): NodeJS.ReadableStream | undefined {
  if (process.stdin.isTTY) return undefined;
  try {
    return fstatSync(0).isCharacterDevice() ? undefined : process.stdin; // a character device is /dev/null here
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return undefined; // closed
    throw error;
  }
}

export function printJson(value: unknown): void | Promise<void> {
  return write(process.stdout, `${JSON.stringify(value)}\n`);
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
