import type { LabUser } from './account.js';

export interface LabOptions {
  /** How many (`n1` … `nN`), or their ids. */
  nodes: number | string[];
  /** Where the lab's files go, mode 0700; removed by `close`. Default: a fresh one among the temporary files. */
  folder?: string;
  /** true (default): every node has a home of its own. false: the user's own home; quickest. */
  homes?: boolean;
  /**
   * Who logs in; the current user where absent. `{}`: somebody without privileges, whoever runs this. With a name or a
   * shell it needs root and Linux (`sshd` and `dropbear`); nothing of the machine is changed, and each node has a home for
   * him.
   */
  user?: LabUser;
  /** The homes lie on a disk that small, which only the node sees: one that can be full. `sshd`, as root on Linux. */
  diskBytes?: number;
  /** Lines for a node's sshd_config, such as `MaxSessions 2`; they win over the lab's. dropbear: options. */
  sshdExtra?: (id: string) => string[];
  /**
   * As on sites that log or limit commands: each runs by a shell that a forced command waits for. Named by the `server`'s
   * configuration, or beside the `key` in authorized_keys.
   */
  forcedCommand?: 'server' | 'key';
  /** false: the nodes have no SFTP (`sshd` only). */
  sftp?: boolean;
  /** So many sshd, `j1` …, one behind the other and the nodes behind the last, each with a key of its own. Default 0. */
  jumpHosts?: number;
  /** auto (default): `sshd` where there is one, else servers inside this process. `dropbear` needs root. */
  engine?: 'auto' | Engine;
}

export type Engine = 'sshd' | 'dropbear' | 'embedded';

/** What the nodes of one lab share. */
export interface NodeStart extends Identity {
  folder: string;
  token: string;
  options: LabOptions;
}

/** A key that nodes let in. */
export interface Identity {
  /** One line of authorized_keys. */
  authorizedKey: string;
  /** Where the private key lies. */
  identityFile: string;
}
