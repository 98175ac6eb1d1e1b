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
  const tail = createTail(tailBytes);
  let headSize = 0;
  let bytes = 0;

  return {
    push(chunk) {
      bytes += chunk.length;
      const room = headBytes - headSize;
      if (room > 0) {
        // A copy: a slice would keep the whole network buffer alive.
        head.push(Buffer.from(chunk.subarray(0, room)));
        headSize += Math.min(room, chunk.length);
      }
      if (chunk.length > room) tail.push(room > 0 ? chunk.subarray(room) : chunk);
    },
    get bytes() {
      return bytes;
    },
    text() {
      const first = Buffer.concat(head);
      const last = tail.bytes();
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

/** The last `size` bytes, written round and round into one buffer: a long stream leaves nothing to collect. */
function createTail(size: number): { push(chunk: Buffer): void; bytes(): Buffer } {
  let ring: Buffer | undefined;
  let at = 0;
  let isFull = false;
  return {
    push(chunk) {
      ring ??= Buffer.alloc(size);
      const kept = chunk.subarray(-size);
      const before = kept.copy(ring, at);
      kept.copy(ring, 0, before);
      isFull ||= at + kept.length >= size;
      at = (at + kept.length) % size;
    },
    bytes() {
      if (ring === undefined) return Buffer.alloc(0);
      return isFull ? Buffer.concat([ring.subarray(at), ring.subarray(0, at)]) : ring.subarray(0, at);
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
