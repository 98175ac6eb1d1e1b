import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { findProgram } from './find-program.js';
import { LabError } from './lab-error.js';

/** Who logs in to a lab's nodes. Only root can have somebody else than himself; the machine's users stay as they are. */
export interface LabUser {
  /** Default `dev`. A user whom this machine knows keeps his ids, and has another home and shell on the nodes. */
  name?: string;
  /** Default: one that is free. The group has the same. */
  uid?: number;
  /** The login shell: a path, or a program on the PATH; `busybox` is its `ash`. Default: the user's own, else bash. */
  shell?: string;
  /** As crypt(3) writes it (`openssl passwd -6`). Default: a password that nobody has. */
  passwordHash?: string;
}

/** A line of passwd(5) without the home, which is different on each node. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  /** A path. */
  shell: string;
  passwordHash?: string;
}

export interface AccountFiles {
  passwd: string;
  group: string;
  shadow: string;
}

export const accountFilePaths: Record<keyof AccountFiles, string> = {
  passwd: '/etc/passwd',
  group: '/etc/group',
  shadow: '/etc/shadow',
};

// Above those of people and services of a usual machine, below what containers map.
const firstFreeId = 4_200;

/** As root the one that is asked for; else nobody but the current user can log in, which `{}` asks for too. */
export async function chooseAccount(user: LabUser | undefined): Promise<Account | undefined> {
  if (user === undefined) return undefined;
  if (process.getuid?.() !== 0) {
    if (Object.keys(user).length === 0) return undefined;
    throw new LabError(
      'needs-root',
      'only root can start nodes for another user or with another login shell',
    );
  }
  return completeAccount(user, await readAccountFiles());
}

async function completeAccount(user: LabUser, files: AccountFiles): Promise<Account> {
  const name = user.name ?? 'dev';
  const known = lineOf(name, files.passwd)?.split(':');
  const uid = user.uid ?? (known === undefined ? freeId(files) : Number(known[2]));
  const gid = known === undefined ? uid : Number(known[3]);
  const shell = user.shell ?? known?.[6] ?? 'bash';
  const path = shell.startsWith('/') ? shell : await findProgram(shell);
  if (path === undefined) throw new LabError('no-shell', `no ${shell} found on the PATH: install it`);
  const { passwordHash } = user;
  return { name, uid, gid, shell: path, ...(passwordHash === undefined ? {} : { passwordHash }) };
}

export async function readAccountFiles(): Promise<AccountFiles> {
  const { passwd, group, shadow } = accountFilePaths;
  return {
    passwd: await readFile(passwd, 'utf8'),
    group: await readFile(group, 'utf8'),
    shadow: await readFile(shadow, 'utf8'),
  };
}

/** The machine's files with one line more or another; `*` is a password that nobody has, on an account that is not locked. */
export function withAccount(files: AccountFiles, account: Account, home: string): AccountFiles {
  const { name, uid, gid, shell, passwordHash = '*' } = account;
  const hasGroup = files.group.split('\n').some((line) => Number(line.split(':')[2]) === gid);
  return {
    passwd: withLine(files.passwd, `${name}:x:${uid}:${gid}:lab:${home}:${shell}`),
    group: hasGroup ? files.group : withLine(files.group, `${name}:x:${gid}:`),
    shadow: withLine(files.shadow, `${name}:${passwordHash}:19000:0:99999:7:::`),
  };
}

/** The shell's path in passwd: busybox is a shell by the name of `ash` alone. */
export function needsAlias(shell: string): boolean {
  return basename(shell) === 'busybox';
}

function withLine(text: string, line: string): string {
  const name = line.slice(0, line.indexOf(':') + 1);
  const others = text.split('\n').filter((other) => other !== '' && !other.startsWith(name));
  return [...others, line, ''].join('\n');
}

function lineOf(name: string, text: string): string | undefined {
  return text.split('\n').find((line) => line.startsWith(`${name}:`));
}

function freeId({ passwd, group }: AccountFiles): number {
  const taken = new Set(
    `${passwd}\n${group}`.split('\n').flatMap((line) => line.split(':').slice(2, 4).map(Number)),
  );
  let id = firstFreeId;
  while (taken.has(id)) id += 1;
  return id;
}
