import type { OutputStream } from './executor.js';

/** The head and the tail of a stream, in bounded memory, however long it gets. */
export interface Capture {
  push(chunk: Buffer): void;
  readonly bytes: number;
  /** Head and tail as text with a line between them that says how much is left out. */
  text(): { text: string; truncated: boolean };
}

export type Captures = Record<OutputStream, Capture>;

/** `headBytes` and `tailBytes` bound what is kept. */
export function createCapture(headBytes = 24_000, tailBytes = 24_000): Capture {
  const head: Buffer[] = [];
  const tail: Buffer[] = [];
  let headSize = 0;
  let tailSize = 0;
  let bytes = 0;

  function keepTail(chunk: Buffer): void {
    // A copy: a slice would keep the whole network buffer alive.
    tail.push(Buffer.from(chunk.subarray(-tailBytes)));
    tailSize += Math.min(chunk.length, tailBytes);
    while (tail[0] !== undefined && tailSize - tail[0].length >= tailBytes)
      tailSize -= tail.shift()?.length ?? 0;
  }

  return {
    push(chunk) {
      bytes += chunk.length;
      const room = headBytes - headSize;
      if (room > 0) {
        head.push(Buffer.from(chunk.subarray(0, room)));
        headSize += Math.min(room, chunk.length);
      }
      if (chunk.length > room) keepTail(room > 0 ? chunk.subarray(room) : chunk);
    },
    get bytes() {
      return bytes;
    },
    text() {
      const first = Buffer.concat(head);
      const last = Buffer.concat(tail).subarray(-tailBytes);
      const left = bytes - first.length - last.length;
      if (left <= 0) return { text: Buffer.concat([first, last]).toString('utf8'), truncated: false };
      const start = wholeEnd(first);
      const end = wholeStart(last);
      return {
        text: `${start.toString('utf8')}\n… ${bytes - start.length - end.length} bytes left out …\n${end.toString('utf8')}`,
        truncated: true,
      };
    },
  };
}

/** Without a UTF-8 character that is cut off at the end. Source: RFC 3629, 3. */
export function wholeEnd(buffer: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, buffer.length); back += 1) {
    const byte = buffer[buffer.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? buffer.subarray(0, -back) : buffer;
  }
  return buffer;
}

/** Without the rest of a character that began earlier. */
export function wholeStart(buffer: Buffer): Buffer {
  let at = 0;
  while (at < Math.min(3, buffer.length) && ((buffer[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return buffer.subarray(at);
}
