export interface Mount {
  readonly source: string;
  readonly mount: string;
  readonly type: string;
}

/** /proc/self/mounts (fstab(5)): blanks within a field are written as octal escapes (`\040`). */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [source, mount, type] = line.split(' ').map(unescape);
    if (source !== undefined && mount !== undefined && type !== undefined) {
      mounts.push({ source, mount, type });
    }
  }
  return mounts;
}

function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
