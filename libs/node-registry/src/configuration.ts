import type { NodeEntry } from './node-entry.js';
import type { PolicyRule } from './schema.js';

/** The whole of cluster.yaml with defaults, environment and flags in it. Times are in seconds as users write them. */
export interface Configuration {
  /** What the user calls this machine; absent where it is to be detected. */
  readonly localNode?: string;
  readonly ssh: {
    /** For nodes that have none of their own; absent: the SSH configuration's, else the current one. */
    readonly user?: string;
    /** Absolute paths, as are the next two. */
    readonly identityFiles: readonly string[];
    readonly knownHostsFile?: string;
    readonly configFile?: string;
    readonly hostKeys: 'accept-new' | 'strict';
    /** Attempts, the first one included. */
    readonly retries: number;
    readonly checkSeconds: number;
  };
  readonly environment: 'user' | 'plain';
  readonly thresholds: {
    readonly cpuPercent: number;
    /** The load average of one minute. */
    readonly load: number;
    readonly memoryPercent: number;
  };
  readonly timeouts: {
    /** 0: no limit. */
    readonly commandSeconds: number;
    readonly connectSeconds: number;
    readonly statusSeconds: number;
  };
  readonly addresses: {
    /** 0: nothing is kept. */
    readonly cacheSeconds: number;
    /** Absent: that of the default route. */
    readonly gateway?: string;
    readonly dns: string;
  };
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
  readonly policy: { readonly onAsk: 'ask' | 'allow' | 'deny'; readonly rules: readonly PolicyRule[] };
  /** Leading words of commands, besides those that are built in. */
  readonly workload: { readonly heavy: readonly string[]; readonly light: readonly string[] };
  /** Node sets by name, as written. */
  readonly groups: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeEntry[];
}

/** Where a value came from. `name` is the variable or flag, `file` and `line` are for what a file says. */
export interface ValueSource {
  readonly value: unknown;
  readonly from: 'default' | 'file' | 'environment' | 'flag';
  readonly name?: string;
  readonly file?: string;
  readonly line?: number;
}
