export interface CommandLine {
  program: string;
  args: string[];
}

/** What a command sees in place of what lies there: another file, or a small disk with nothing on it. */
export type Mount = { path: string; by: string } | { path: string; disk: Disk };

export interface Disk {
  bytes: number;
  /** Whose it is. */
  uid: number;
  gid: number;
}

/**
 * The same command in a mount namespace of its own, in which others lie in place of some files and folders: what it and
 * its children see, nobody else does, and it ends with them. Linux, as root. Each step replaces the one before it, so
 * the process keeps its id.
 */
export function withOwnMounts(command: CommandLine, instead: readonly Mount[]): CommandLine {
  const mounts = instead.map((mount, index) => {
    const [what, path] = [`"$${2 * index + 1}"`, `"$${2 * index + 2}"`];
    return 'by' in mount ? `mount --bind ${what} ${path}` : `mount -t tmpfs -o ${what} tmpfs ${path}`;
  });
  const files = instead.flatMap((mount) => ['by' in mount ? mount.by : diskOptions(mount.disk), mount.path]);
  const script = [...mounts, `shift ${files.length}`, 'exec "$@"'].join(' && ');
  return {
    program: 'unshare',
    args: [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      script,
      'sh',
      ...files,
      command.program,
      ...command.args,
    ],
  };
}

function diskOptions({ bytes, uid, gid }: Disk): string {
  return `size=${bytes},mode=0700,uid=${uid},gid=${gid}`;
}
