/** One machine of a lab, as far as SSH can tell. */
export interface LabNode {
  readonly id: string;
  /** 127.0.0.1 */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The private key that it lets in. */
  readonly identityFile: string;
  /** The id of the jump host that leads to it. */
  readonly through?: string;
  /** Where its sessions start, and their HOME. */
  readonly home: string;
  /** The private host key; the public one lies beside it as `.pub`. */
  readonly hostKeyFile: string;
  /** The host died, its kernel lives: listener, sessions and all they started are killed; connecting is refused. */
  stop(): Promise<void>;
  /** Again, with the same key on the same port. Does nothing where it runs. */
  start(): Promise<void>;
  /** A hung host: everything is stopped by SIGSTOP; TCP still connects, no banner comes. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** A new host key, then a restart; the lab's known_hosts keeps the old one. */
  rekey(): Promise<void>;
  /** Cuts the connections that are open; the listener stays, and so do the commands, orphaned. */
  dropConnections(): Promise<void>;
  /** What sessions started and is alive, sshd's own processes left out. Linux: also what left its session. */
  processes(): Promise<number[]>;
  /** What the server has logged so far. */
  log(): Promise<string>;
}

/** What a lab needs of a node beyond what its user does. */
export interface ManagedNode extends LabNode {
  /** Kills all at once, for the exit of the process: waits for nothing. */
  killNow(): void;
  /** The public host key, `ssh-ed25519 BASE64`. */
  readonly hostKey: string;
  running(): boolean;
}
