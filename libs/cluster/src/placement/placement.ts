/** What the choice made of one node. */
export interface NodeVerdict {
  /** A node whose slots are all taken is feasible: it is waited for. */
  readonly feasible: boolean;
  /** 0 to 100, higher is better; only where feasible. Compared last, see `preferences.ts`. */
  readonly score?: number;
  /** A stable word, then detail: `os: wants macos, is linux`, `cordoned`, `full: 4 of 4 slots`, … */
  readonly reasons: readonly string[];
}

export type NodeVerdicts = Readonly<Record<string, NodeVerdict>>;

/**
 * Why there is no node.
 *
 * - `no-node-fits`: requirements that no node meets
 * - `only-unreachable-fit`: what would fit cannot be reached
 * - `unreachable`: the node that was named cannot be reached
 * - `no-such-folder`: what would fit lacks the working folder
 * - `cordoned`: what would fit takes no new work
 * - `unknown-node`: the node that was named is no candidate
 */
export type NoPlacementCode =
  'no-node-fits' | 'only-unreachable-fit' | 'unreachable' | 'no-such-folder' | 'cordoned' | 'unknown-node';

/** Where a command goes and why; every candidate is explained. */
export type Placement =
  | {
      readonly kind: 'placed';
      readonly chosen: string;
      readonly reason: string;
      readonly nodes: NodeVerdicts;
    }
  | {
      readonly kind: 'full';
      /** The nodes that fit, the preferred one first. */
      readonly waitingFor: readonly string[];
      readonly reason: string;
      readonly nodes: NodeVerdicts;
    }
  | {
      readonly kind: 'none';
      readonly code: NoPlacementCode;
      readonly reason: string;
      readonly hint: string;
      readonly nodes: NodeVerdicts;
    };
