import { spawn } from 'node:child_process';
import { errorCode } from './lab-error.js';

export interface SshAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs this machine's own `ssh` (or another client that takes -F) and waits for its end. */
export function runSsh(configFile: string, args: string[], input = '', program = 'ssh'): Promise<SshAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-F', configFile, ...args]);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
    child.once('error', reject);
    child.stdin.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') reject(error); // a client that is refused ends before it reads
    });
    child.once('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.end(input);
  });
}
