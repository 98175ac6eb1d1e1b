import type { Rule } from './rule.js';

/** Accounts, power, processes, services, packages, schedules and logs of a machine. */
export const machineRules: readonly Rule[] = [
  {
    id: 'grant-privilege',
    effects: ['grant-privilege'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would give somebody the rights of root or of an administrator',
    examples: {
      match: ["echo 'me ALL=(ALL) NOPASSWD: ALL' | sudo tee -a /etc/sudoers", 'usermod -aG sudo me'],
      noMatch: ['sudo -l', 'groups me'],
    },
  },
  {
    id: 'grant-access',
    effects: ['grant-access', 'grant-privilege'],
    verdict: 'ask',
    message: 'would change who may log in',
    examples: {
      match: ['cat key.pub >> ~/.ssh/authorized_keys'],
      noMatch: ['cat ~/.ssh/authorized_keys'],
    },
  },
  {
    id: 'delete-account',
    effects: ['change-account'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete or lock an account, or set passwords',
    examples: {
      match: ['userdel -r me', 'passwd -l root'],
      noMatch: ['id me'],
    },
  },
  {
    id: 'change-account',
    effects: ['change-account'],
    verdict: 'ask',
    message: 'would change accounts or groups',
    examples: {
      match: ['useradd me'],
      noMatch: ['getent passwd me'],
    },
  },
  {
    id: 'power',
    effects: ['power'],
    verdict: 'deny',
    core: true,
    message: 'would turn the machine off, restart it, or leave it unreachable',
    examples: {
      match: ['shutdown -h now', 'systemctl reboot', 'ssh node reboot'],
      noMatch: ['last reboot', 'uptime', 'systemctl status reboot.target'],
    },
  },
  {
    id: 'kill-all',
    effects: ['kill'],
    verdict: 'deny',
    core: true,
    message: 'would end every process, or one that the machine needs',
    examples: {
      match: ['kill -9 -1', 'pkill -9 sshd'],
      noMatch: ['kill 4711', "pkill -f 'vite dev'"],
    },
  },
  {
    id: 'fork-loop',
    effects: ['fork-loop'],
    verdict: 'deny',
    core: true,
    message: 'would start processes until the machine stands still',
    examples: {
      match: [':(){ :|:& };:', 'f() { f | f & }; f'],
      noMatch: ['f() { f; }; f', 'while true; do sleep 1; done'],
    },
  },
  {
    id: 'exhaust-memory',
    effects: ['exhaust-memory'],
    verdict: 'ask',
    message: 'would use up memory, or the disk',
    examples: {
      match: ['tail /dev/zero'],
      noMatch: ['head -c 100 /dev/zero', 'tail log'],
    },
  },
  {
    id: 'change-security',
    effects: ['change-security'],
    verdict: 'ask',
    message: "would change the machine's protection or its kernel",
    examples: {
      match: ['setenforce 0', 'sysctl -w kernel.randomize_va_space=0'],
      noMatch: ['getenforce', 'sysctl -a'],
    },
  },
  {
    id: 'remove-essential',
    effects: ['change-package'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would remove packages that the system cannot do without',
    examples: {
      match: ['apt-get remove -y --purge libc6'],
      noMatch: ['apt-get download libc6', 'dpkg -L libc6'],
    },
  },
  {
    id: 'change-system',
    effects: ['change-service', 'change-package'],
    verdict: 'ask',
    message: 'would change a service or packages for everybody on the machine',
    examples: {
      match: ['systemctl stop nginx', 'apt-get remove -y nginx'],
      noMatch: ['systemctl status nginx', 'apt list --installed'],
    },
  },
  {
    id: 'clear-schedule',
    effects: ['change-scheduled'],
    scopes: ['all', 'unknown'],
    verdict: 'deny',
    message: 'would delete every scheduled job',
    examples: {
      match: ['crontab -r'],
      noMatch: ['crontab -l'],
    },
  },
  {
    id: 'change-schedule',
    effects: ['change-scheduled', 'cancel-jobs'],
    verdict: 'ask',
    message: 'would cancel jobs',
    examples: {
      match: ['scancel 4711'],
      noMatch: ['squeue -u me'],
    },
  },
  {
    id: 'erase-log',
    effects: ['tamper-log'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete logs, or stop them from being written',
    examples: {
      match: ['rm -rf /var/log', 'journalctl --vacuum-time=1s'],
      noMatch: ['journalctl -u nginx', 'tail /var/log/syslog'],
    },
  },
  {
    id: 'clear-log',
    effects: ['tamper-log', 'tamper-history'],
    verdict: 'ask',
    message: 'would hide what was done',
    examples: {
      match: ['history -c'],
      noMatch: ['history'],
    },
  },
];
