import type { SecretQuestion } from './authentication/secret-question.js';
import type { SshConfiguration } from './configuration/index.js';
import type { OpenSocket } from './connection/stream.js';

/** A machine, as the user names it. */
export interface Target {
  /** A name, an address, or a Host of the SSH configuration. */
  host: string;
  port?: number;
  user?: string;
  /** An address to try where the name leads nowhere. */
  fallback?: string;
  /** Hosts to go through, in order, each `[user@]host[:port]`; the SSH configuration's ProxyJump where absent. */
  jump?: readonly string[];
}

export interface TransportOptions {
  /** Who we are where nothing else says so. */
  localUser: string;
  /** The user's home folder here, for `~/.ssh`. */
  home: string;
  /** A parsed OpenSSH client configuration; none where absent. */
  configuration?: SshConfiguration;
  /** Keys to try before those of the SSH configuration. */
  identityFiles?: readonly string[];
  /** The agent's socket (SSH_AUTH_SOCK); an IdentityAgent of the SSH configuration comes first. */
  agentSocket?: string;
  /** Read, and written where a host is new. Default: the SSH configuration's, else ~/.ssh/known_hosts. */
  knownHostsFile?: string;
  /** `accept-new` (default): an unknown key is recorded, a changed one refused. `strict`: an unknown one too. */
  hostKeys?: 'accept-new' | 'strict';
  /** `user` (default): what the node user's interactive login shell sets. `plain`: what the server gives; bash reads ~/.bashrc then too. */
  environment?: 'user' | 'plain';
  /** How often a node in use is looked at for start-up files of its login shell that have changed. Default 60,000. */
  environmentCheckMs?: number;
  /** Our own environment, of which SendEnv may hand on something. None where absent. */
  localEnvironment?: Readonly<Record<string, string | undefined>>;
  /** TCP connection and the server's first words. Default: ConnectTimeout, else 2,000. */
  connectTimeoutMs?: number;
  /** Key exchange and authentication, after that. Default: ConnectTimeout where that is longer, else 5,000. */
  handshakeTimeoutMs?: number;
  /** From the opening of a channel to the command: a login shell that takes longer hangs. Default 60,000. */
  startTimeoutMs?: number;
  /** Attempts to connect, the first included, before a node counts as dead. Default 2. */
  attempts?: number;
  /**
   * A dead node is left alone for as long as the last attempt took, doubled with each further one, and no longer than
   * this; calls for it fail at once meanwhile. Default 10,000; 0: it is asked each time.
   */
  longestRestMs?: number;
  /**
   * Silence before a question; three without an answer end the connection. Default: what ServerAliveInterval and
   * ServerAliveCountMax say, else 3,500, by which a silent node is noticed within 14 s.
   */
  keepaliveMs?: number;
  /** Default 10 minutes. */
  idleMs?: number;
  /** For ProxyCommand. Default /bin/sh. */
  localShell?: string;
  openSocket?: OpenSocket;
  /** Milliseconds of a clock that only goes forward. Default `performance.now`. */
  now?: () => number;
  random?: () => number;
  /**
   * Asks a person for a password, or whatever else the server asks for, where no key is taken; undefined for no answer.
   * Nothing of it is kept: another connection asks again, but only one is made to a node then. Nobody is asked where absent.
   */
  askSecret?: (target: Target, question: SecretQuestion, signal: AbortSignal) => Promise<string | undefined>;
  onNotice?(target: Target, message: string): void;
}
