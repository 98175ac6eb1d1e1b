import type { Account, LabUser } from './account.js';

export interface LabOptions {
  /** How many (`n1` … `nN`), or their ids. */
  nodes: number | string[];
  /** Where the lab's files go, mode 0700; removed by `close`. Default: a fresh one among the temporary files. */
  folder?: string;
  /** true (default): every node has a home of its own. false: the user's own home; quickest. */
  homes?: boolean;
  /**
   * Who logs in; the current user where absent. `{}`: somebody without privileges, whoever runs this. With a name or a
   * shell it needs root and Linux (`sshd` only); nothing of the machine is changed, and every node has a home for him.
   */
  user?: LabUser;
  /** Lines for a node's sshd_config, such as `MaxSessions 2`; they win over the lab's. */
  sshdExtra?: (id: string) => string[];
  /** auto (default): `sshd` where there is one, else servers inside this process. */
  engine?: 'auto' | 'sshd' | 'embedded';
}

/** What the nodes of one lab share. */
export interface NodeStart {
  folder: string;
  user: string;
  /** Present where the nodes have a user database of their own. */
  account?: Account;
  token: string;
  options: LabOptions;
}
