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
  user: string;
  /** Present where the node has a user database of its own. */
  account?: Account;
  sshd: string;
  version: number;
  sftpServer: string | undefined;
  authorizedKeysFile: string;
  /** The home that sessions get. */
  home: string;
  /** Who gives it to them: passwd as it is, passwd of the node (`account`), or a forced command. */
  homeBy: 'machine' | 'account' | 'command';
  extra: string[];
}

export const markOf = (plan: NodePlan) => `CLUSTERLAB_TOKEN=${plan.token}-${plan.id}`;
export const configFileOf = (plan: NodePlan) => join(plan.folder, 'sshd_config');
export const hostKeyFileOf = (plan: NodePlan) => join(plan.folder, 'host_key');
export const pidFileOf = (plan: NodePlan) => join(plan.folder, 'pid');
export const enterScriptOf = (plan: NodePlan) => join(plan.folder, 'enter');
