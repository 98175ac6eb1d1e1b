import type { ExecuteRequest, Exit } from '../execution/executor.js';
import type { Script } from '../execution/script.js';
import type { Demand } from '../placement/candidate.js';
import type { Placement } from '../placement/placement.js';

/** One task, ready to be placed. */
export interface Work {
  taskId: string;
  demand: Demand;
  /** External programs that the command needs where it runs. */
  programs: readonly string[];
  priority: number;
  /** The command and how it is to be run; its `signal` also ends the wait for a slot. */
  execution: ExecuteRequest & { signal: AbortSignal };
  /** A script that is copied to the node, run and removed; `execution.command` is then its text for messages. */
  script?: Script;
  /** Told of each placement, also of those that must be waited for. */
  onPlacement(placement: Placement): void;
}

/** How the back end answered for a task. */
export type Dispatched =
  | { kind: 'executed'; node: string; exit: Exit; durationMs: number; outputOpen?: true }
  | { kind: 'unschedulable' | 'unreachable'; node?: string; code: string; error: string; hint?: string }
  /** Ended before it started. */
  | { kind: 'cancelled' };

/** Answers for tasks whole: finds a node, reserves it, runs, and tells how it ended. Never throws for a command's sake. */
export interface Backend {
  dispatch(work: Work): Promise<Dispatched>;
  /** Where `demand` would go now, and why; nothing runs. */
  plan(demand: Demand, programs: readonly string[]): Promise<Placement>;
}
