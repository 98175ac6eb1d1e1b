import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where servers lie, which not everybody has on the PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/sbin', '/usr/lib/ssh'];

/** The path of a program on the PATH or in the system's folders; absolute, because sshd starts itself again by it. */
export async function findProgram(name: string): Promise<string | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return firstExecutable([...onPath, ...systemFolders].map((folder) => join(folder, name)));
}

export async function firstExecutable(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}
