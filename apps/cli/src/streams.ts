import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Writes, and resolves when there is room again: whoever produces is held back by a slow reader. */
export function write(stream: Writable, chunk: string | Uint8Array): void | Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return undefined;
  return once(stream, 'drain').then(
    () => undefined,
    () => undefined, // the reader has gone; what ends the process then is the broken pipe, not this
  );
}

/** A reader that goes away (`| head`) ends us quietly, as it ends any filter. */
export function endOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
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

export function printJson(value: unknown): void {
  void write(process.stdout, `${JSON.stringify(value)}\n`);
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
