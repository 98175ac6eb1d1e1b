import type { Readable } from 'node:stream';
import { messageOf, TransportError } from '../errors.js';
import { readBlocks, streamBlocks } from './blocks.js';
import type { FileFacts, Place } from './place.js';

/** What is copied: a file, which can be begun anywhere, or a stream. */
export interface Source {
  /** Undefined for a stream. */
  facts: FileFacts | undefined;
  blocks(start: number, blockBytes: number): AsyncIterable<Buffer>;
  hashStart(bytes: number): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Throws `no-such-file`, `not-a-file` and what opening it throws. */
export async function openSource(place: Place, path: string): Promise<Source> {
  const resolved = await place.resolve(path);
  // Before it is opened: that of a named pipe would wait for somebody to write.
  const facts = resolved === undefined ? undefined : await place.look(resolved);
  if (resolved === undefined || facts === undefined) throw place.problem('no-such-file', path);
  if (facts.kind !== 'file') throw place.problem('not-a-file', path);
  const file = await place.openToRead(resolved);
  return {
    facts: { ...facts, version: `${resolved}:${facts.version}` },
    blocks: (start, blockBytes) =>
      readBlocks(
        file,
        { start, end: facts.bytes },
        { blockBytes: Math.min(blockBytes, place.blockBytes), depth: place.depth },
      ),
    hashStart: (bytes) => place.hashStart(resolved, bytes),
    close: () => file.close(),
  };
}

export function streamSource(stream: Readable): Source {
  return {
    facts: undefined,
    blocks: (_start, blockBytes) => named(streamBlocks(stream, blockBytes)),
    hashStart: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

async function* named(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* blocks;
  } catch (error) {
    throw streamFailed(error);
  }
}

export function streamFailed(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  return new TransportError('transfer-failed', `The stream failed: ${messageOf(error)}.`, {
    hint: 'Nothing was put in place; try again with a stream that reaches its end.',
    cause: error,
  });
}
