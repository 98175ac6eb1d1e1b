import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type HostSettings, loadSshConfiguration } from '../index.js';

const env: Record<string, string> = {
  PATH: '/usr/bin:/bin',
  NV: 'vv',
  HOME: '/nowhere',
  SOCK: '/tmp/a.sock',
};

export interface Case {
  name: string;
  text: string;
  /** default `foo` */
  host?: string;
  user?: string;
  port?: number;
  /** further files of this folder; `@/` in any text stands for the folder */
  files?: Record<string, string>;
}

/** Writes a case down, in a folder of its own. Returns: the configuration's file. */
export function setUpCases(): (row: Case) => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ssh-configuration-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return (row) => {
    const own = mkdtempSync(join(folder, 'case-'));
    for (const [name, text] of Object.entries({ ...row.files, config: row.text })) {
      const path = join(own, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text.replaceAll('@/', `${own}/`), { mode: 0o600 });
    }
    return join(own, 'config');
  };
}

/** What ssh itself makes of a configuration. */
export function ssh(
  row: Case,
  options: readonly string[],
  file: string,
): { status: number | null; out: string; err: string } {
  const given = [...(row.user ? ['-l', row.user] : []), ...(row.port ? ['-p', String(row.port)] : [])];
  const args = [...options, '-F', file, ...given, row.host ?? 'foo', 'true'];
  const run = spawnSync('ssh', args, { env, encoding: 'utf8', timeout: 15_000 });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

export function resolve(row: Case, file: string): HostSettings {
  return load(file).resolve(row.host ?? 'foo', {
    ...(row.user !== undefined && { user: row.user }),
    ...(row.port !== undefined && { port: row.port }),
  });
}

function load(file: string) {
  const { homedir, username } = userInfo();
  return loadSshConfiguration({
    files: [{ path: file }],
    readFile: (path) => optional(() => readFileSync(path, 'utf8')),
    listFolder: (path) => optional(() => readdirSync(path)),
    home: homedir,
    localUser: username,
    localHostname: hostname(),
    env,
  });
}

function optional<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
