import { createHash } from 'node:crypto';
import { constants, createReadStream, type BigIntStats } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf, TransportError } from '../errors.js';
import type { FileFacts, OpenFile, Place } from './place.js';
import { fileProblem, notOurPart, type FileCode } from './problem.js';

const codes: Readonly<Record<string, FileCode>> = {
  ENOENT: 'no-such-file',
  ENOTDIR: 'no-such-file',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  EISDIR: 'not-a-file',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
};

/** This machine's files. */
export function createLocalPlace(): Place {
  return {
    blockBytes: 256 * 1024,
    depth: 2,
    async resolve(path) {
      return (await real(path)) ?? inFolder(await real(dirname(path)), path);
    },
    async look(path) {
      try {
        return factsOf(await stat(path, { bigint: true }));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw problem(path, error);
      }
    },
    openToRead: (path) => named(path, async () => openFile(path, await open(path, constants.O_RDONLY))),
    openToWrite: (path, { mode, fresh, target }) =>
      named(target, async () => {
        if (!fresh) return openPart(path, target, mode);
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
        return openFile(target, await open(path, flags, mode));
      }),
    async replace(from, to) {
      try {
        await rename(from, to);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw problem(to, error);
      }
    },
    discard: (path) =>
      rm(path, { force: true }).then(
        () => true,
        () => false,
      ),
    hashStart: (path, bytes) =>
      named(path, async () => {
        const hash = createHash('sha256');
        await pipeline(createReadStream(path, { end: bytes - 1 }), hash);
        return hash.digest('hex');
      }),
    problem: (code, path) => fileProblem(code, path, 'here'),
  };
}

/** Follows no link, and waits for nobody who would read a pipe. */
async function openPart(path: string, target: string, mode: number): Promise<OpenFile> {
  const own = constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | own, mode).catch(
    (error: unknown) => {
      throw ['ELOOP', 'ENXIO'].includes(codeOf(error) ?? '') ? notOurPart(path, 'here') : error;
    },
  );
  const file = openFile(target, handle);
  if ((await file.look()).kind === 'file') return file;
  await file.close();
  throw notOurPart(path, 'here');
}

async function real(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw problem(path, error);
  }
}

function inFolder(folder: string | undefined, path: string): string | undefined {
  return folder === undefined ? undefined : join(folder, basename(path));
}

function openFile(path: string, handle: FileHandle): OpenFile {
  return {
    look: () => named(path, async () => factsOf(await handle.stat({ bigint: true }))),
    read: (position, length) =>
      named(path, async () => {
        const block = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(block, filled, length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return block.subarray(0, filled);
      }),
    write: (position, block) =>
      named(path, async () => {
        for (let done = 0; done < block.length;) {
          const { bytesWritten } = await handle.write(block, done, block.length - done, position + done);
          done += bytesWritten;
        }
      }),
    setMode: (mode) => named(path, () => handle.chmod(mode)),
    truncate: (bytes) => named(path, () => handle.truncate(bytes)),
    sync: () => named(path, () => handle.sync()),
    close: () => named(path, () => handle.close()),
  };
}

function factsOf(stats: BigIntStats): FileFacts {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
    bytes: Number(stats.size),
    mode: Number(stats.mode & 0o777n),
    // Nobody can set the time of a file's last change back.
    version: [stats.dev, stats.ino, stats.size, stats.ctimeNs].join(':'),
  };
}

async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TransportError ? error : problem(path, error);
  }
}

const problem = (path: string, error: unknown) =>
  fileProblem(codes[codeOf(error) ?? ''] ?? 'transfer-failed', path, 'here', error);
