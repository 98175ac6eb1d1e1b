import { TransportError } from '../errors.js';
import { writeBlocks } from './blocks.js';
import { partOf } from './part.js';
import { isUnfinished } from './replace.js';
import type { FileFacts, OpenFile, Place } from './place.js';
import type { FileOptions, ResumeOptions } from './request.js';
import type { Source } from './source.js';

export interface Copied {
  bytes: number;
  resumedBytes: number;
}

/**
 * Copies `source` to `path` in `place`, whole or not at all: it is written beside the target, brought onto the disk, and
 * put in the target's place once it is complete.
 */
export async function copyFile(
  source: Source,
  place: Place,
  path: string,
  options: FileOptions & ResumeOptions,
): Promise<Copied> {
  if (path.endsWith('/')) throw place.problem('not-a-file', path);
  const target = await place.resolve(path);
  if (target === undefined) throw place.problem('no-such-folder', folderOf(path));
  const present = await place.look(target);
  if (present !== undefined && present.kind !== 'file') throw place.problem('not-a-file', path);
  const version = options.resume === true ? source.facts?.version : undefined;
  const wanted = options.mode ?? present?.mode;
  const part = { path: partOf(target, version), target, fresh: version === undefined };
  const file = await openPart(place, part, wanted ?? source.facts?.mode ?? 0o666);
  try {
    const found = part.fresh ? undefined : await file.look();
    const start = found === undefined ? 0 : await provenBytes(source, place, part.path, found);
    const bytes = await fill(file, source, place, start, options);
    if (found !== undefined && found.bytes > bytes) await file.truncate(bytes);
    const mode = wanted ?? (await withoutOwnersWrite(file, source));
    await Promise.all([mode === undefined ? undefined : file.setMode(mode), file.sync(), file.close()]);
    options.signal?.throwIfAborted();
    await putInPlace(place, part, bytes);
    return { bytes, resumedBytes: start };
  } catch (error) {
    await file.close().catch(() => undefined); // closed already, or gone with the connection
    if (isUnfinished(error) || !part.fresh || (await place.discard(part.path))) throw error;
    throw leftBehind(part.path, error);
  }
}

interface Part {
  path: string;
  target: string;
  /** Nobody else knows its name. */
  fresh: boolean;
}

async function openPart(place: Place, part: Part, mode: number): Promise<OpenFile> {
  const { path, target, fresh } = part;
  try {
    // Its owner may write it, so that the next attempt can.
    return await place.openToWrite(path, { mode: mode | 0o600, fresh, target });
  } catch (error) {
    if (!(error instanceof TransportError) || error.code !== 'no-such-file') throw error;
    throw place.problem('no-such-folder', folderOf(target));
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}

/** How much of what an earlier attempt has written is beyond doubt. */
async function provenBytes(source: Source, place: Place, part: string, found: FileFacts): Promise<number> {
  const { bytes } = found;
  if (bytes === 0 || bytes > (source.facts?.bytes ?? 0)) return 0;
  const [ours, theirs] = await Promise.all([source.hashStart(bytes), place.hashStart(part, bytes)]);
  return ours !== undefined && ours === theirs ? bytes : 0;
}

function fill(
  file: OpenFile,
  source: Source,
  place: Place,
  start: number,
  options: FileOptions,
): Promise<number> {
  const totalBytes = source.facts?.bytes;
  const tell = (bytes: number) => {
    options.signal?.throwIfAborted();
    options.onProgress?.({ bytes, ...(totalBytes === undefined ? {} : { totalBytes }) });
  };
  if (start > 0) tell(start);
  return writeBlocks(file, source.blocks(start, place.blockBytes), start, place.depth, tell);
}

/** A new file is as the source was, less what is masked where it lies: all that is left to do is a missing `w`. */
async function withoutOwnersWrite(file: OpenFile, source: Source): Promise<number | undefined> {
  const given = source.facts?.mode;
  if (given === undefined || (given & 0o600) === 0o600) return undefined;
  return (await file.look()).mode & given;
}

async function putInPlace(place: Place, part: Part, bytes: number): Promise<void> {
  if (await place.replace(part.path, part.target)) return;
  // Somebody who copied the same file to the same place at the same time was the first to be ready.
  if (!part.fresh && (await place.look(part.target))?.bytes === bytes) return;
  throw place.problem('no-such-file', part.path);
}

function leftBehind(path: string, error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  return new TransportError(error.code, `${error.message} ${path} was left behind.`, {
    hint: error.hint,
    cause: error,
  });
}
