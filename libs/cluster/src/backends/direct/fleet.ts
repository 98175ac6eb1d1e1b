import type { Executor } from '../../execution/executor.js';
import type { LookUp } from '../../observation/look-up.js';
import type { Observer } from '../../observation/observer.js';
import type { Thresholds } from '../../placement/candidate.js';

/** A node of the inventory, with the ways to reach it and to look at it. */
export interface FleetNode {
  id: string;
  local: boolean;
  os?: 'linux' | 'macos';
  arch?: 'x86_64' | 'arm64';
  capabilities: readonly string[];
  /** Canonical kinds of work. */
  specialties: readonly string[];
  priority: number;
  cordoned: boolean;
  /** Absent: the number of cores, asked of the node. */
  maxTasks?: number;
  executor: Executor;
  observer: Observer;
  lookUp: LookUp;
}

/** The nodes as the configuration has them now. */
export interface Fleet {
  nodes: readonly FleetNode[];
  local: FleetNode;
  thresholds: Thresholds;
}

/** Where neither the inventory nor the node says. */
const defaultSlots = 4;

export function slotsOf(node: FleetNode, cores: number | undefined): number {
  return node.maxTasks ?? cores ?? defaultSlots;
}
