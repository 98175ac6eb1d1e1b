import { percentOf } from '../sample.js';
import type { Disk } from '../snapshot.js';

export interface DfRow {
  readonly source: string;
  readonly mount: string;
  readonly totalBytes: number;
  readonly availableBytes: number;
}

// A source may hold blanks (`map auto_home`), a mount point too; the numbers between them are the hold.
const row = /^(\S.*?) +(\d+) +(\d+) +(-?\d+) +(?:\d+%|-) +(\/.*)$/;

/** `df -P -k` (POSIX): source, 1024-blocks, used, available, capacity, mount point; one line each. */
export function parseDf(text: string): DfRow[] {
  const rows: DfRow[] = [];
  for (const line of text.split('\n')) {
    const match = row.exec(line);
    const [, source, total, , available, mount] = match ?? [];
    if (source === undefined || mount === undefined) continue;
    rows.push({
      source,
      mount,
      totalBytes: Number(total) * 1024,
      availableBytes: Math.max(0, Number(available)) * 1024,
    });
  }
  return rows;
}

/**
 * The file systems that hold people's files: the root, what lies on a device, and ZFS data sets mounted under
 * their own names. Not memory file systems, image mounts (`/dev/loop…`) or macOS's system volumes, which share
 * the space of the root. A device that is mounted several times counts once, under its shortest mount point.
 */
export function disksOf(rows: readonly DfRow[]): Disk[] {
  const bySource = new Map<string, DfRow>();
  for (const candidate of rows) {
    if (candidate.totalBytes === 0 || !holdsFiles(candidate)) continue;
    const known = bySource.get(candidate.source);
    if (known === undefined || candidate.mount.length < known.mount.length) {
      bySource.set(candidate.source, candidate);
    }
  }
  return [...bySource.values()].map(({ mount, totalBytes, availableBytes }) => ({
    mount,
    total_bytes: totalBytes,
    available_bytes: availableBytes,
    percent: percentOf(totalBytes - availableBytes, totalBytes),
  }));
}

function holdsFiles({ source, mount }: DfRow): boolean {
  if (mount === '/') return true;
  if (mount.startsWith('/System/Volumes/')) return false;
  if (source.startsWith('/')) return !source.startsWith('/dev/loop');
  return source.includes('/') && mount === `/${source}`;
}
