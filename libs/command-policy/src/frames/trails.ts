import { mark } from '../words/marks.js';
import { isSensitivePath, senders } from '../words/secrets.js';
import type { Call } from './call.js';
import type { Machine } from './machine.js';
import { writeFile, writtenFile, type Shell } from './shell.js';

/** Programs that put what they are given into another file. */
const carriers =
  /^(?:cp|mv|ln|install|tar|bsdtar|gtar|zip|7z|7za|7zz|rar|cpio|gzip|xz|bzip2|zstd|gpg|gpg2|age|openssl|base64|base32|xxd|od|hexdump|rsync|dd|tee|split|cat|sort|head|tail)$/u;

const pathOf = (word: string): string => word.replace(/^(?:--?[\w-]+=|\w+=)?@?/u, '');

/** Follows a secret through the files of the line: where it is copied or packed to, and what sends that away. */
export function followSecret(machine: Machine, call: Call, shell: Shell): void {
  const holds = (path: string): boolean => writtenFile(shell, path)?.includes(mark.secret) === true;
  const words = call.args.map((arg) => arg.text);
  if (carriers.test(call.program)) {
    const given = words.map(pathOf);
    if (given.some((path) => isSensitivePath(path) || holds(path))) {
      for (const path of given) {
        if (/[./]/u.test(path) && !path.startsWith('-') && !isSensitivePath(path))
          writeFile(shell, path, mark.secret, false);
      }
    }
  }
  if (!senders.test(call.program)) return;
  const sent = words.map(pathOf).find(holds);
  if (sent !== undefined)
    machine.notice('send-data', `${sent}, which holds a secret by then`, call.span, shell);
}
