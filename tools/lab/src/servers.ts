import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { enterLine, outerShellLevel } from './enter-script.js';
import { loopbackHost } from './loopback.js';
import {
  authorizedKeysFileOf,
  configFileOf,
  enteredBy,
  enterScriptOf,
  hostKeyFileOf,
  markOf,
  pidFileOf,
  type NodePlan,
} from './node-plan.js';
import { renderSshdConfig } from './sshd-config.js';

/** A program that serves SSH: how it is told what to do. */
export interface Server {
  /** Writes what it reads when it starts. */
  configure(plan: NodePlan): Promise<void>;
  /** It stays in the foreground and logs to standard error. */
  args(plan: NodePlan): string[];
  /** The environment that it is started with; this process's own where absent. */
  env?(plan: NodePlan): Record<string, string>;
}

const sshd: Server = {
  configure: (plan) => writeFile(configFileOf(plan), sshdConfigOf(plan)),
  args: (plan) => ['-f', configFileOf(plan), '-D', '-e'],
};

function sshdConfigOf(plan: NodePlan): string {
  const ownHome = [`HOME=${plan.home}`, outerShellLevel];
  return renderSshdConfig({
    ...plan,
    hostKeyFile: hostKeyFileOf(plan),
    pidFile: pidFileOf(plan),
    authorizedKeysFile: authorizedKeysFileOf(plan),
    environment: [...sessionMarks(plan), ...(plan.homeBy === 'command' ? ownHome : [])],
    forcedCommand: enteredBy(plan) === 'server' ? enterLine(enterScriptOf(plan)) : undefined,
  });
}

/** Foreground, log to standard error, hand the environment on, no message of the day, no passwords. */
const staticArgs = ['-F', '-E', '-e', '-m', '-s'];
const dropbearKeyOf = (plan: NodePlan) => join(plan.folder, 'dropbear_host_key');

/** Debian's dropbear-bin; options by dropbear(8). It reads keys in a format of its own alone, and has no SetEnv. */
const dropbear: Server = {
  async configure(plan) {
    const convert = promisify(execFile);
    await convert('dropbearconvert', ['openssh', 'dropbear', hostKeyFileOf(plan), dropbearKeyOf(plan)]);
  },
  args: (plan) => [
    ...staticArgs,
    '-p',
    `${loopbackHost}:${plan.port}`,
    '-P',
    pidFileOf(plan),
    '-r',
    dropbearKeyOf(plan),
    ...(enteredBy(plan) === 'server' ? ['-c', enterLine(enterScriptOf(plan))] : []),
    ...plan.extra,
  ],
  env: (plan) => ({
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.fromEntries(sessionMarks(plan).map((pair) => pair.split('=', 2))),
  }),
};

/** Every session's environment has these. */
function sessionMarks(plan: NodePlan): string[] {
  return [`CLUSTERLAB_NODE=${plan.id}`, markOf(plan)];
}

export const servers: Record<NodePlan['server'], Server> = { sshd, dropbear };
