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

/** More than this not yet on the disk holds the command back. */
const queuedLimitBytes = 4 * 1024 * 1024;

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

function createAppendFile(folder: string, path: string): AppendFile {
  let queue: Buffer[] = [];
  let queuedBytes = 0;
  let writing: Promise<void> | undefined;
  let failure: Error | undefined;
  let handle: FileHandle | undefined;

  async function drain(): Promise<void> {
    try {
      handle ??= await openAppend(folder, path);
      while (queue.length > 0) {
        const batch = queue;
        queue = [];
        await handle.writev(batch);
        queuedBytes -= batch.reduce((sum, chunk) => sum + chunk.length, 0);
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      queue = [];
      queuedBytes = 0;
    } finally {
      writing = undefined;
    }
  }

  return {
    append(chunk) {
      if (failure !== undefined) return undefined;
      queue.push(chunk);
      queuedBytes += chunk.length;
      writing ??= drain();
      return queuedBytes > queuedLimitBytes ? writing : undefined;
    },
    async close() {
      await writing; // nothing is appended any more, so this is the last
      await handle?.close();
      return failure;
    },
  };
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
