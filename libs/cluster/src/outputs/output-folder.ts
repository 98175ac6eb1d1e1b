import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputStream } from '../execution/executor.js';

/** Keeps what commands print, a file for each stream of each task, made when its first byte comes. */
export interface OutputFolder {
  writer(taskId: string): OutputWriter;
  read(
    taskId: string,
    stream: OutputStream,
    offset: number,
    limit: number,
  ): Promise<{ data: Buffer; totalBytes: number }>;
  remove(taskIds: readonly string[]): Promise<void>;
}

export interface OutputWriter {
  /** A promise where the disk is slower than the command: the caller should hold it back. Never rejects. */
  write(stream: OutputStream, chunk: Buffer): void | Promise<void>;
  /** Waits until all is written. The first error, such as a full disk; what came before it is kept. */
  close(): Promise<Error | undefined>;
}

/** More than this not yet on the disk, besides what is just being written, holds the command back. */
const waitingLimitBytes = 512 * 1024;

export function createOutputFolder(folder: string): OutputFolder {
  const fileOf = (taskId: string, stream: OutputStream) => join(folder, `${taskId}.${stream}`);

  return {
    writer(taskId) {
      const files: Partial<Record<OutputStream, AppendFile>> = {};
      return {
        write(stream, chunk) {
          files[stream] ??= createAppendFile(folder, fileOf(taskId, stream));
          return files[stream].append(chunk);
        },
        async close() {
          const errors = await Promise.all(Object.values(files).map((file) => file.close()));
          return errors.find((error) => error !== undefined);
        },
      };
    },
    async read(taskId, stream, offset, limit) {
      let file: FileHandle;
      try {
        file = await open(fileOf(taskId, stream), 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          return { data: Buffer.alloc(0), totalBytes: 0 };
        throw error;
      }
      try {
        const { size } = await file.stat();
        const data = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
        const { bytesRead } =
          data.length === 0 ? { bytesRead: 0 } : await file.read(data, 0, data.length, offset);
        return { data: data.subarray(0, bytesRead), totalBytes: size };
      } finally {
        await file.close();
      }
    },
    async remove(taskIds) {
      const files = taskIds.flatMap((id) => [fileOf(id, 'stdout'), fileOf(id, 'stderr')]);
      await Promise.all(files.map((file) => rm(file, { force: true })));
    },
  };
}

interface AppendFile {
  append(chunk: Buffer): void | Promise<void>;
  close(): Promise<Error | undefined>;
}

/**
 * What comes while the disk is busy is copied together, and written in one go. Kept as they came, chunks would outlive
 * the collector's first look, and hold a hundred megabytes until it looks everywhere.
 */
function createAppendFile(folder: string, path: string): AppendFile {
  let waiting: Buffer = Buffer.alloc(0);
  let waitingBytes = 0;
  let spare: Buffer = waiting;
  let batchWritten: Promise<void> | undefined;
  let allWritten: Promise<void> | undefined;
  let failure: Error | undefined;
  let handle: FileHandle | undefined;

  async function write(batch: Buffer): Promise<void> {
    try {
      handle ??= await openAppend(folder, path);
      await handle.writeFile(batch);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  async function writeAll(): Promise<void> {
    while (waitingBytes > 0 && failure === undefined) {
      const batch = waiting.subarray(0, waitingBytes);
      [waiting, spare] = [spare, waiting];
      waitingBytes = 0;
      batchWritten = write(batch);
      await batchWritten;
    }
    allWritten = undefined;
  }

  return {
    append(chunk) {
      if (failure !== undefined) return undefined;
      waiting = withRoom(waiting, waitingBytes, chunk.length);
      chunk.copy(waiting, waitingBytes);
      waitingBytes += chunk.length;
      allWritten ??= writeAll();
      return waitingBytes > waitingLimitBytes ? batchWritten : undefined;
    },
    async close() {
      await allWritten; // nothing is appended any more, so this is the last
      await handle?.close();
      return failure;
    },
  };
}

/** `buffer`, or a larger one with the same first `used` bytes, where `more` do not fit in. */
function withRoom(buffer: Buffer, used: number, more: number): Buffer {
  if (used + more <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(used + more, 2 * buffer.length));
  buffer.copy(larger, 0, 0, used);
  return larger;
}

async function openAppend(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return open(path, 'a', 0o600);
  }
}
