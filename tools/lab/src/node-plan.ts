import { join } from 'node:path';
import type { Account } from './account.js';

/** What a node of separate processes is made from. Plain data, so that a lab that outlives its command can be found again. */
export interface NodePlan {
  id: string;
  /** Where the node's files lie. */
  folder: string;
  /** Marks the node's processes; different in every lab. */
  token: string;
  port: number;
  server: 'sshd' | 'dropbear';
  /** Its path. */
  program: string;
  /** Of OpenSSH; 0 for others. */
  version: number;
  /** What sshd_config(5) calls the command of the subsystem; SFTP is off where absent. */
  sftp?: string;
  user: string;
  /** Present where the node has a user database of its own. */
  account?: Account;
  /** The key that it lets in, one line of authorized_keys. */
  authorizedKey: string;
  /** Where the client has the private key. */
  identityFile: string;
  /** The home that sessions get. */
  home: string;
  /** Who gives it to them: passwd as it is, passwd of the node (`account`), or a forced command. */
  homeBy: 'machine' | 'account' | 'command';
  /** Present where the home is a disk of its own, that large. */
  diskBytes?: number;
  /** Where a site's own forced command is written down. */
  forcedBy?: 'server' | 'key';
  /** The id of the node that clients go through. */
  through?: string;
  extra: string[];
}

export const markOf = (plan: NodePlan) => `CLUSTERLAB_TOKEN=${plan.token}-${plan.id}`;
export const configFileOf = (plan: NodePlan) => join(plan.folder, 'sshd_config');
export const authorizedKeysFileOf = (plan: NodePlan) =>
  plan.server === 'dropbear'
    ? join(plan.home, '.ssh', 'authorized_keys')
    : join(plan.folder, 'authorized_keys');
export const hostKeyFileOf = (plan: NodePlan) => join(plan.folder, 'host_key');
export const pidFileOf = (plan: NodePlan) => join(plan.folder, 'pid');
export const enterScriptOf = (plan: NodePlan) => join(plan.folder, 'enter');

/** Where the enter script is forced on sessions, if at all. */
export function enteredBy(plan: NodePlan): 'server' | 'key' | undefined {
  return plan.forcedBy ?? (plan.homeBy === 'command' ? 'server' : undefined);
}
