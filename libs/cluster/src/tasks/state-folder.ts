import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { TaskStoreError } from './store-error.js';

/**
 * Makes the state folder (0700), and what is missing above it. Returns: whether it is new.
 *
 * @throws TaskStoreError: `store-unwritable`
 */
export function makeStateFolder(folder: string): boolean {
  try {
    return makeFolder(folder);
  } catch (cause) {
    const message = `the state folder ${folder} cannot be made; have CLUSTER_STATE_DIR name a folder that you may write to (${(cause as Error).message})`;
    throw new TaskStoreError('store-unwritable', message, cause);
  }
}

/** Not by `recursive`: Node.js tries for ever where a folder that is there says ENOENT to it, as those of /proc do. */
function makeFolder(folder: string): boolean {
  if (isFolder(folder)) return false;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isFolder(folder)) return false;
    throw error;
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
