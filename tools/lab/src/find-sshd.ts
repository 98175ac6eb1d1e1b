import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const sshdFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/sbin', '/usr/lib/ssh'];
const sftpServers = [
  '/usr/lib/openssh/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/libexec/sftp-server',
  '/usr/lib/ssh/sftp-server',
  '/usr/lib/sftp-server',
];

/** The path of an `sshd` on this machine; absolute, because sshd starts itself again by it. */
export async function findSshd(): Promise<string | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return firstExecutable([...onPath, ...sshdFolders].map((folder) => join(folder, 'sshd')));
}

/** OpenSSH's stand-alone SFTP server, which runs under a forced command where `internal-sftp` cannot. */
export async function findSftpServer(): Promise<string | undefined> {
  return firstExecutable(sftpServers);
}

/** For example 9.2. An sshd that says none (LibreSSL builds, very old ones) counts as 0. */
export async function sshdVersion(sshd: string): Promise<number> {
  // Older ones do not know -V and print their version with the usage, exit code 1: the text is all that counts.
  const text = await new Promise<string>((resolve) => {
    execFile(sshd, ['-V'], (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  return Number(/OpenSSH_(\d+\.\d+)/.exec(text)?.[1] ?? 0);
}

async function firstExecutable(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}
