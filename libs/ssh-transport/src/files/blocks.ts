import type { Readable } from 'node:stream';
import { TransportError } from '../errors.js';
import { ahead } from './ahead.js';
import type { OpenFile } from './place.js';

interface Span {
  position: number;
  length: number;
}

/**
 * The bytes of `file` from `start` to `end` in blocks, several reads under way at a time. Throws `file-changed` where
 * the file ends before. With an `end` of 0 it is read to wherever it ends: files of /proc say that they have no bytes.
 */
export async function* readBlocks(
  file: OpenFile,
  { start, end }: { start: number; end: number },
  { blockBytes, depth }: { blockBytes: number; depth: number },
): AsyncGenerator<Buffer> {
  const read = async ({ position, length }: Span) => {
    const block = await file.read(position, length);
    if (end > 0 && block.length < length)
      throw new TransportError('file-changed', 'The file became shorter while it was copied.', {
        hint: 'Try again when nothing writes to it any more.',
      });
    return block;
  };
  for await (const block of ahead(spans(start, end, blockBytes), depth, read)) {
    if (block.length === 0) return;
    yield block;
  }
}

function* spans(start: number, end: number, blockBytes: number): Generator<Span> {
  const last = end === 0 ? Number.POSITIVE_INFINITY : end;
  for (let position = start; position < last; position += blockBytes)
    yield { position, length: Math.min(blockBytes, last - position) };
}

/** The bytes of a stream in blocks of `blockBytes`; the last may be shorter. */
export async function* streamBlocks(stream: Readable, blockBytes: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
    held.push(
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length),
    );
    heldBytes += held.at(-1)?.length ?? 0;
    if (heldBytes < blockBytes) continue;
    const whole = Buffer.concat(held);
    let at = 0;
    for (; whole.length - at >= blockBytes; at += blockBytes) yield whole.subarray(at, at + blockBytes);
    held = [whole.subarray(at)];
    heldBytes = whole.length - at;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

/** Writes `blocks` in their order, several under way at a time; `onWritten` hears how far it has come. Gives the end. */
export async function writeBlocks(
  file: OpenFile,
  blocks: AsyncIterable<Buffer>,
  start: number,
  depth: number,
  onWritten: (position: number) => void,
): Promise<number> {
  let position = start;
  let written = start;
  const write = async (block: Buffer) => {
    const at = position;
    position += block.length;
    await file.write(at, block);
    return block.length;
  };
  for await (const bytes of ahead(blocks, depth, write)) onWritten((written += bytes));
  return written;
}
