import { mark } from '../words/marks.js';
import { isSensitivePath } from '../words/secrets.js';
import { writtenFile, type Shell } from './shell.js';

/** What reading a path gives: what the line wrote there, else a mark. */
export function readPath(shell: Shell, path: string): string {
  const written = writtenFile(shell, path);
  if (written !== undefined) return written;
  if (/^\/dev\/(?:null)$/u.test(path)) return '';
  if (/^\/dev\/(?:zero|full|u?random)$/u.test(path)) return mark.endless;
  if (/^\/dev\/(?:tcp|udp)\//u.test(path)) return mark.download;
  return isSensitivePath(path) ? mark.secret : mark.file;
}
