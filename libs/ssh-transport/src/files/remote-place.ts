import { quote } from '../quote.js';
import { TransportError } from '../errors.js';
import type { FileFacts, OpenFile, Place } from './place.js';
import { fileProblem, notOurPart, type FileCode } from './problem.js';
import { replace } from './replace.js';
import { extensions, openFlags, type Sftp } from './sftp.js';
import { StatusError, statuses, type Attributes } from './sftp-answers.js';

export interface RemotePlaceOptions {
  /** Names the node and its user, so that files of two nodes are never taken for one. */
  name: string;
  /** The node, for messages. */
  host: string;
  /** What a command there printed; undefined where it failed, or where there is no shell. */
  run(command: string): Promise<string | undefined>;
  /** Another conversation, to tidy up where the first one is gone. */
  again: () => Promise<Sftp>;
}

/** As much is under way at a time as OpenSSH's own windows hold. */
const flyingBytes = 2 * 1024 * 1024;
/** A node's files, by SFTP. */
export function createRemotePlace(sftp: Sftp, options: RemotePlaceOptions): Place {
  const where = `on the node ${options.host}`;
  async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StatusError ? await explain(path, error) : error;
    }
  }

  async function orUndefined<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    return named(path, async () => {
      try {
        return await work();
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  /** SFTP has one status for all that is neither absent nor forbidden: the disk is asked what it may have been. */
  async function explain(path: string, error: StatusError): Promise<TransportError> {
    const known = codes.get(error.status);
    if (known !== undefined) return fileProblem(known, path, where, error);
    return fileProblem(await diskProblem(path), path, where, error);
  }
  async function diskProblem(path: string): Promise<FileCode> {
    if (!sftp.has(extensions.room)) return 'transfer-failed';
    try {
      const { freeBytes, freeFiles, readOnly } = await sftp.room(folderOf(path));
      if (readOnly) return 'permission-denied';
      return freeBytes < sftp.blockBytes || freeFiles === 0 ? 'disk-full' : 'transfer-failed';
    } catch (error) {
      if (error instanceof StatusError) return 'transfer-failed';
      throw error;
    }
  }

  const factsOf = ({ bytes = 0, mode, modifiedSeconds }: Attributes): FileFacts => ({
    kind: mode === undefined ? 'file' : kindOf(mode),
    bytes,
    // As sftp does: what runs as its owner must not do so for another owner.
    mode: (mode ?? 0o600) & 0o777,
    version: [options.name, bytes, modifiedSeconds].join(':'),
  });

  const openFile = (path: string, handle: Buffer): OpenFile => ({
    look: () => named(path, async () => factsOf(await sftp.statHandle(handle))),
    read: (position, length) => named(path, () => readWhole(sftp, handle, position, length)),
    write: (position, block) => named(path, () => sftp.write(handle, position, block)),
    setMode: (mode) => named(path, () => sftp.setMode(handle, mode)),
    truncate: (bytes) => named(path, () => sftp.truncate(handle, bytes)),
    sync: async () => {
      if (sftp.has(extensions.sync)) await named(path, () => sftp.sync(handle));
    },
    close: () => named(path, () => sftp.close(handle)),
  });

  /** SFTP opens what a link leads to, so that is looked for before. */
  async function requirePart(path: string): Promise<void> {
    const present = await orUndefined(path, async () => factsOf(await sftp.lstat(path)));
    if (present !== undefined && present.kind !== 'file') throw notOurPart(path, where);
  }

  return {
    blockBytes: sftp.blockBytes,
    depth: Math.ceil(flyingBytes / sftp.blockBytes),
    async resolve(path) {
      const below = path === '~' ? '.' : path.startsWith('~/') ? path.slice(2) || '.' : path;
      return orUndefined(path, () => sftp.realpath(below));
    },
    look: (path) => orUndefined(path, async () => factsOf(await sftp.stat(path))),
    openToRead: (path) => named(path, async () => openFile(path, await sftp.open(path, openFlags.read, 0))),
    openToWrite: (path, { mode, fresh, target }) =>
      named(target, async () => {
        if (!fresh) await requirePart(path);
        const flags = openFlags.write | openFlags.create | (fresh ? openFlags.exclusive : 0);
        return openFile(target, await sftp.open(path, flags, mode));
      }),
    replace: async (from, to) =>
      (await orUndefined(to, async () => (await replace(sftp, from, to, where), true))) ?? false,
    discard: (path) => discard(path, sftp, options.again),
    async hashStart(path, bytes) {
      const said = await options.run(`head -c ${bytes} -- ${quote(path)} | { ${sha256}; }`);
      return /^[0-9a-f]{64}\b/.exec(said ?? '')?.[0];
    },
    problem: (code, path) => fileProblem(code, path, where),
  };
}

/** Linux and busybox, macOS, and what is left. */
const sha256 =
  'if command -v sha256sum >/dev/null; then sha256sum; ' +
  'elif command -v shasum >/dev/null; then shasum -a 256; else openssl dgst -sha256 -r; fi';

const codes = new Map<number, FileCode>([
  [statuses.noSuchFile, 'no-such-file'],
  [statuses.permissionDenied, 'permission-denied'],
]);

const isAbsent = (error: unknown) => error instanceof StatusError && error.status === statuses.noSuchFile;

function kindOf(mode: number): FileFacts['kind'] {
  const type = mode & 0o170000;
  if (type === 0o040000) return 'folder';
  return type === 0o100000 || type === 0 ? 'file' : 'other';
}

async function readWhole(sftp: Sftp, handle: Buffer, position: number, length: number): Promise<Buffer> {
  const first = await sftp.read(handle, position, length);
  if (first.length === length || first.length === 0) return first;
  const rest = await readWhole(sftp, handle, position + first.length, length - first.length);
  return rest.length === 0 ? first : Buffer.concat([first, rest]);
}

/** By the conversation there is, else by another one. */
async function discard(path: string, sftp: Sftp, again: () => Promise<Sftp>): Promise<boolean> {
  try {
    if (!sftp.closed) {
      await sftp.remove(path);
      return true;
    }
    const other = await again();
    try {
      await other.remove(path);
    } finally {
      other.end();
    }
    return true;
  } catch (error) {
    return isAbsent(error);
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1) || '.';
}
