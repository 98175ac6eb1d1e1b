import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Session } from '../connection/connection.js';
import { codeOf, TransportError } from '../errors.js';
import { follow, unlessAborted } from './abort.js';
import { copyFile, type Copied } from './copy-file.js';
import { createLocalPlace } from './local-place.js';
import type { Place } from './place.js';
import { createRemotePlace } from './remote-place.js';
import type { DownloadRequest, TransferOptions, TransferResult, UploadRequest } from './request.js';
import { isUnfinished } from './replace.js';
import { interrupted, startSftp, type Sftp } from './sftp.js';
import { openSource, streamFailed, streamSource, type Source } from './source.js';

export interface TransferPorts {
  /** Names the node and its user. */
  name: string;
  /** The node, for messages. */
  host: string;
  /** For the server's first word; a login shell's own start-up comes before it. */
  greetTimeoutMs: number;
  openSftp(signal: AbortSignal): Promise<Session>;
  /** What a command on the node printed; undefined where it failed, or where there is no shell. */
  run(command: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Files to and from one node. Everything thrown is a TransportError. */
export interface Transfers {
  upload(request: UploadRequest): Promise<TransferResult>;
  download(request: DownloadRequest): Promise<TransferResult>;
}

/** A node that does not answer gets no longer to remove what is of no use any more. */
const tidyMs = 5_000;

export function createTransfers(ports: TransferPorts): Transfers {
  const local = createLocalPlace();

  async function converse(signal: AbortSignal): Promise<Sftp> {
    signal.throwIfAborted();
    const opening = ports.openSftp(signal).then((session) => startSftp(session, ports.greetTimeoutMs));
    try {
      return await unlessAborted(opening, signal);
    } catch (error) {
      // Nobody waits any more for what may still open.
      if (signal.aborted) opening.then(end, () => undefined);
      throw codeOf(error) === 'connection-lost' ? interrupted(ports.host, error) : error;
    }
  }

  /**
   * `work` with the node's files. Aborting rejects what it waits for; it may still tidy up after that. Its signal is
   * aborted, too, once the node is lost: it may be waiting for something here.
   */
  async function withNode(
    given: AbortSignal | undefined,
    work: (node: Place, signal: AbortSignal) => Promise<Copied>,
  ): Promise<TransferResult> {
    const begun = performance.now();
    const { signal, leave } = follow(given);
    const lost = new AbortController();
    const over = AbortSignal.any([signal, lost.signal]);
    try {
      signal.throwIfAborted();
      const sftp = await converse(signal);
      const node = createRemotePlace(sftp, {
        name: ports.name,
        host: ports.host,
        run: (command) => ports.run(command, signal),
        again: () => converse(signal),
      });
      void sftp.lost.then((error) => lost.abort(error));
      let late: NodeJS.Timeout | undefined;
      const onAbort = () => {
        sftp.abandon(signal.reason as TransportError);
        late = setTimeout(() => sftp.end(), tidyMs);
      };
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      try {
        return { ...(await work(node, over)), durationMs: performance.now() - begun };
      } finally {
        clearTimeout(late);
        sftp.end();
      }
    } catch (error) {
      const told = codeOf(error) === codeOf(over.reason) || isUnfinished(error);
      throw over.aborted && !told ? over.reason : error;
    } finally {
      leave();
    }
  }

  return {
    async upload(request) {
      const { from, to } = request;
      checkPaths({ from, to });
      if (typeof from === 'string')
        return withNode(request.signal, async (node, signal) =>
          using(await openSource(local, from), (source) =>
            copyFile(source, node, to, { ...request, signal }),
          ),
        );
      from.on('error', () => undefined); // told by reading it
      try {
        return await withNode(request.signal, (node, signal) => {
          signal.addEventListener('abort', () => from.destroy(signal.reason as TransportError));
          return copyFile(streamSource(from), node, to, { ...request, signal });
        });
      } finally {
        from.destroy();
      }
    },
    async download(request) {
      const { from, to } = request;
      checkPaths({ from, to });
      if (typeof to === 'string')
        return withNode(request.signal, async (node, signal) =>
          using(await openSource(node, from), (source) =>
            copyFile(source, local, to, { ...request, signal }),
          ),
        );
      to.on('error', () => undefined); // told by writing to it
      try {
        return await withNode(request.signal, async (node, signal) =>
          using(await openSource(node, from), (source) => pour(source, to, { ...request, signal })),
        );
      } catch (error) {
        to.destroy();
        throw error;
      }
    },
  };
}

/** Throws `request-invalid` for what can be no path; a stream is none. */
function checkPaths(paths: Readonly<Record<string, unknown>>): void {
  for (const [name, path] of Object.entries(paths))
    if (typeof path === 'string' && path.includes('\0'))
      throw new TransportError(
        'request-invalid',
        `The path ${JSON.stringify(path)}, given as ${name}, has a NUL character.`,
        { hint: 'No file can have such a name: look at where the path comes from.' },
      );
}

async function using<T>(source: Source, work: (source: Source) => Promise<T>): Promise<T> {
  try {
    return await work(source);
  } finally {
    await source.close().catch(() => undefined); // what was read is whole; it is only let go of
  }
}

async function pour(
  source: Source,
  to: Writable,
  options: TransferOptions & { signal: AbortSignal },
): Promise<Copied> {
  let bytes = 0;
  async function* told() {
    for await (const block of source.blocks(0, Number.POSITIVE_INFINITY)) {
      yield block;
      bytes += block.length;
      options.onProgress?.({ bytes, totalBytes: source.facts?.bytes ?? bytes });
    }
  }
  try {
    await pipeline(told(), to, { signal: options.signal });
  } catch (error) {
    throw streamFailed(error);
  }
  return { bytes, resumedBytes: 0 };
}

const end = (sftp: Sftp) => sftp.end();
