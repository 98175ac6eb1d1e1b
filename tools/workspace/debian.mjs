import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { exclusively } from './exclusive.mjs';
import { run } from './processes.mjs';

/** The Debian packages that tests need, and the programs they are known by. Add to it here and nowhere else. */
const needed = [
  { name: 'openssh-server', programs: ['sshd'] },
  { name: 'openssh-client', programs: ['ssh', 'ssh-keygen', 'ssh-agent', 'ssh-add', 'sftp'] },
  // Another server, and login shells that are no bash.
  { name: 'dropbear-bin', programs: ['dropbear', 'dropbearconvert'] },
  { name: 'busybox', programs: ['busybox'] },
  { name: 'fish', programs: ['fish'] },
  { name: 'tcsh', programs: ['tcsh'] },
  { name: 'zsh', programs: ['zsh'] },
];

/** @returns {string[]} the names of the packages that are missing */
export function missingPackages() {
  // The system's folders need not be on everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  const isThere = (program) => folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
  return needed.filter(({ programs }) => !programs.every(isThere)).map(({ name }) => name);
}

export function mayInstall() {
  return (
    process.platform === 'linux' && process.getuid?.() === 0 && isDebian() && existsSync('/usr/bin/apt-get')
  );
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/**
 * Installs packages and lets none of them start a server.
 *
 * @param {string[]} names
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function installPackages(names) {
  return exclusively(join(tmpdir(), 'cluster-execution-apt.lock'), () =>
    withoutServices(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const apt = (...args) =>
        run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
      const install = () => apt('install', '--no-install-recommends', ...names);
      const first = await install();
      if (first.code === 0) return { ok: true, output: '' };
      // Most often the lists of packages are missing or old.
      const update = await apt('update');
      const second = update.code === 0 ? await install() : first;
      return { ok: update.code === 0 && second.code === 0, output: update.output + second.output };
    }),
  );
}

/** Debian's packages ask this program before they start a server; 101 means no (`man invoke-rc.d`). */
const policy = '/usr/sbin/policy-rc.d';
const setAside = `${policy}.cluster-execution`;
const ours = '#!/bin/sh\n# cluster-execution: installed for tests, no server is to be started\nexit 101\n';

async function withoutServices(work) {
  restorePolicy(); // what a run that was killed left behind
  if (existsSync(policy)) renameSync(policy, setAside);
  process.once('exit', restorePolicy);
  try {
    writeFileSync(policy, ours);
    chmodSync(policy, 0o755);
    return await work();
  } finally {
    process.off('exit', restorePolicy);
    restorePolicy();
  }
}

function restorePolicy() {
  if (existsSync(policy) && readFileSync(policy, 'utf8') === ours) rmSync(policy);
  if (existsSync(setAside)) renameSync(setAside, policy);
}
