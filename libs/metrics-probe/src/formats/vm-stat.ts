/**
 * Bytes in use by macOS's `vm_stat`, as Activity Monitor counts "Memory Used": app memory (anonymous pages less
 * those that may be purged), wired memory, and what the compressor occupies. The rest is free or a cache that
 * is given up on demand. Pages are 4096 bytes on Intel, 16384 on Apple Silicon; the first line says.
 */
export function parseVmStatUsedBytes(text: string): number | undefined {
  const pageBytes = numberIn(/page size of (\d+) bytes/, text);
  const pages = (label: string) => numberIn(new RegExp(`^${label}: +(\\d+)\\.$`, 'm'), text);
  const anonymous = pages('Anonymous pages');
  const purgeable = pages('Pages purgeable');
  const wired = pages('Pages wired down');
  const compressor = pages('Pages occupied by compressor');
  if (
    pageBytes === undefined ||
    anonymous === undefined ||
    purgeable === undefined ||
    wired === undefined ||
    compressor === undefined
  ) {
    return undefined;
  }
  return (Math.max(0, anonymous - purgeable) + wired + compressor) * pageBytes;
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const value = pattern.exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}
