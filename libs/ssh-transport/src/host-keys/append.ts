import { randomInt } from 'node:crypto';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KnownHostsError, systemCode } from './error.js';
import { entriesFor, parseKnownHosts } from './file.js';
import { keyTypeOf } from './line.js';
import { makeFolder } from './make-folder.js';
import { hashName } from './names.js';

const LOCK_WAIT_MS = 5_000;
const LOCK_STALE_MS = 10_000;

/**
 * Adds one line while other processes, ssh among them, may do the same: in one write at the end of the
 * file, so that no line is torn. A lock beside the file keeps us from writing the same key twice; it is a
 * courtesy among our own processes, and where it cannot be had the line is written all the same.
 */
export async function appendKnownHost(
  file: string,
  name: string,
  key: Buffer,
  { hashNames }: { hashNames: boolean },
): Promise<void> {
  try {
    await makeFolder(dirname(file));
    const append = () => appendLine(file, name, key, hashNames);
    await (isDevice(file) ? append() : withLock(`${file}.lock`, append));
  } catch (error) {
    const message = `The key of ${name} could not be added to ${file}: make the file and its folder writable.`;
    throw new KnownHostsError('known-hosts-not-written', message, error);
  }
}

/** Many configurations name /dev/null here: nothing beside it is ours to make. */
function isDevice(file: string): boolean {
  return file.startsWith('/dev/');
}

async function appendLine(file: string, name: string, key: Buffer, hashNames: boolean): Promise<void> {
  const handle = await open(file, 'a+', 0o600);
  try {
    const text = await readAll(handle);
    const known = entriesFor(parseKnownHosts(text, file).entries, name);
    if (known.some((entry) => entry.marker === undefined && entry.key.equals(key))) return;
    const written = hashNames ? hashName(name) : name;
    const line = `${written} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
    const bytes = Buffer.from(text === '' || text.endsWith('\n') ? line : `\n${line}`);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten !== bytes.length)
      throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
  } finally {
    await handle.close();
  }
}

/** From the beginning, wherever the handle stands: one opened to append may stand anywhere. */
async function readAll(handle: FileHandle): Promise<string> {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_536), 0, 65_536, position);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

async function withLock(lock: string, action: () => Promise<void>): Promise<void> {
  const locked = await takeLock(lock);
  try {
    await action();
  } finally {
    if (locked) await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return true;
    } catch (error) {
      // A folder that takes no new file may still hold a known_hosts file that takes a new line.
      if (systemCode(error) !== 'EEXIST') return false;
    }
    if (await isStale(lock)) await rm(lock, { force: true });
    else if (Date.now() > deadline) return false;
    else await delay(randomInt(2, 12));
  }
}

/** Left by a process that was killed while it held the lock, which takes milliseconds otherwise. */
async function isStale(lock: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(lock)).mtimeMs > LOCK_STALE_MS;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
