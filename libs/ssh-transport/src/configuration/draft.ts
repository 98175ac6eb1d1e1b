import type { Destination } from './destination.js';

/** Where a directive stands. */
export interface Place {
  file: string;
  line: number;
}

export interface UnsupportedDirective extends Place {
  keyword: string;
}

/** A value that is expanded only when the whole configuration has been read. */
export interface Placed extends Place {
  value: string;
}

export type StrictHostKeyChecking = 'yes' | 'no' | 'accept-new' | 'ask';

/** What the directives read so far have set, unexpanded: the first value of each wins. */
export interface Draft {
  hostName?: Placed;
  port?: number;
  user?: string;
  tag?: string;
  identityFiles: Placed[];
  certificateFiles: Placed[];
  identitiesOnly?: boolean;
  identityAgent?: Placed;
  proxy?: Placed & { kind: 'jump' | 'command' };
  userKnownHostsFiles?: Placed[];
  globalKnownHostsFiles?: Placed[];
  hashKnownHosts?: boolean;
  strictHostKeyChecking?: StrictHostKeyChecking;
  hostKeyAlias?: string;
  connectTimeoutSeconds?: number;
  serverAliveIntervalSeconds?: number;
  serverAliveCountMax?: number;
  setEnv?: Record<string, string>;
  sendEnv: string[];
  addressFamily?: 'any' | 'inet' | 'inet6';
  preferredAuthentications?: readonly string[];
  pubkeyAuthentication?: boolean;
  passwordAuthentication?: boolean;
  kbdInteractiveAuthentication?: boolean;
  batchMode?: boolean;
  numberOfPasswordPrompts?: number;
  /** by keyword: the first value decides whether it matters */
  notHonoured: Map<string, UnsupportedDirective | undefined>;
  /** `Match` conditions that were not evaluated */
  unanswered: UnsupportedDirective[];
}

export function createDraft(given: Partial<Pick<Destination, 'user' | 'port'>>): Draft {
  return {
    ...(given.user !== undefined && { user: given.user }),
    ...(given.port !== undefined && { port: given.port }),
    identityFiles: [],
    certificateFiles: [],
    sendEnv: [],
    notHonoured: new Map(),
    unanswered: [],
  };
}
