/** The operating system of a node, in the inventory's words. */
export type NodeOs = 'linux' | 'macos';

/** The architecture of a node, in the inventory's words. */
export type NodeArch = 'x86_64' | 'arm64';

/** Figures of one node. What could not be had is absent. */
export interface NodeLoad {
  readonly cpuPercent?: number;
  /** One-minute load average of the whole node, not per core. */
  readonly load1m?: number;
  readonly memoryPercent?: number;
  readonly cpuCount?: number;
}

/** What is known of one node at the moment of choice. Built by the caller; nothing here is looked up. */
export interface Candidate {
  readonly id: string;
  readonly local: boolean;
  /** Absent: neither the inventory nor the node has said. A demand that needs it is then not met. */
  readonly os?: NodeOs;
  readonly arch?: NodeArch;
  readonly capabilities: readonly string[];
  /** Canonical kinds of work, in the words that `Demand.kind` uses. */
  readonly specialties: readonly string[];
  /** Lower is preferred. */
  readonly priority: number;
  /** True: no new work, not even when the node is named. */
  readonly cordoned: boolean;
  readonly slots: { readonly total: number; readonly taken: number };
  /** Tasks placed since `load` was taken, which that figure cannot show yet. Default: all of `slots.taken`. */
  readonly justPlaced?: number;
  /** Absent: not asked, which counts as reachable. */
  readonly reachable?: boolean;
  readonly unreachableReason?: string;
  /** Absent: not known, which is never "overloaded". */
  readonly load?: NodeLoad;
  /** Whether the node has the demand's `cwd`. Absent: not known, which counts as present. */
  readonly folder?: 'present' | 'absent';
  /** Programs of the command that the node is known not to have. */
  readonly missingPrograms?: readonly string[];
}

/** What a command asks of the node it runs on. */
export interface Demand {
  readonly weight: 'light' | 'heavy';
  /** Kind of work in the words of specialties, such as `compilation`. */
  readonly kind?: string;
  /** A command of quick programs alone: takes no slot, so a full node does not stop it. */
  readonly quick: boolean;
  readonly requirements: {
    readonly os?: NodeOs;
    readonly arch?: NodeArch;
    /** All must be there; case does not matter. */
    readonly capabilities?: readonly string[];
  };
  /** Id of the one node asked for (`offload_to`), whatever its load and programs. */
  readonly node?: string;
  /** The local node or none (`auto_route: false`), whatever its load and programs. */
  readonly localOnly: boolean;
  /** One of several (`parallel_execute`): evenly over all nodes that fit, the local one too. */
  readonly spread: boolean;
  /** The working folder, for the words of a refusal. */
  readonly cwd?: string;
}

/** A figure above its threshold, not one at it, makes a node overloaded. */
export interface Thresholds {
  readonly cpuPercent: number;
  readonly load: number;
  readonly memoryPercent: number;
}
