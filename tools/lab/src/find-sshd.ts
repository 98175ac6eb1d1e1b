import { execFile } from 'node:child_process';
import { findProgram, firstExecutable } from './find-program.js';

const sftpServers = [
  '/usr/lib/openssh/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/libexec/sftp-server',
  '/usr/lib/ssh/sftp-server',
  '/usr/lib/sftp-server',
];

/** The path of an `sshd` on this machine. */
export async function findSshd(): Promise<string | undefined> {
  return findProgram('sshd');
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
