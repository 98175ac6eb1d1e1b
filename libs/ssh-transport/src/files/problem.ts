import { messageOf, TransportError } from '../errors.js';

/** What keeps a file from being moved, in one vocabulary for this machine and for nodes. */
export type FileCode =
  'no-such-file' | 'no-such-folder' | 'permission-denied' | 'not-a-file' | 'disk-full' | 'transfer-failed';

const words: Record<FileCode, { what: string; hint: string }> = {
  'no-such-file': {
    what: 'is not there',
    hint: 'Is the path right? Without a / at its head it starts at the user’s home on a node.',
  },
  'no-such-folder': { what: 'is not there', hint: 'Make the folder first (mkdir -p).' },
  'permission-denied': {
    what: 'may not be touched by this user',
    hint: 'Look at the owner and the permissions of the file and its folder (ls -ld).',
  },
  'not-a-file': {
    what: 'is no regular file',
    hint: 'Give the path of a file, with the folder before it.',
  },
  'disk-full': { what: 'found no room on its disk', hint: 'Free some space there (df -h, df -i).' },
  'transfer-failed': {
    what: 'could not be copied',
    hint: 'A quota, a limit on the size of files or a fault of the disk may be the cause.',
  },
};

/** What lies where an earlier attempt's part may lie: nothing is written through somebody's link. */
export function notOurPart(path: string, place: string): TransportError {
  return new TransportError(
    'not-a-file',
    `${JSON.stringify(path)} ${place} should be what an earlier attempt has written, and is no regular file.`,
    { hint: 'Somebody may have put it there: look at it and remove it, or copy without resume.' },
  );
}

/** `place`: "here", or "on the node" with its name. */
export function fileProblem(code: FileCode, path: string, place: string, cause?: unknown): TransportError {
  const said = cause === undefined || code !== 'transfer-failed' ? '' : `: ${messageOf(cause)}`;
  return new TransportError(code, `${JSON.stringify(path)} ${place} ${words[code].what}${said}.`, {
    hint: words[code].hint,
    cause,
  });
}
