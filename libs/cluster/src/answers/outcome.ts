import type { Placement, NodeVerdicts } from '../placement/placement.js';
import type { Status } from '../tasks/states.js';

/** Where a command went or would go, and what was made of every node that was looked at. */
export interface Routing {
  chosen?: string;
  reason: string;
  nodes: NodeVerdicts;
}

/** The answer to a call that runs a command; also what `--json` prints. `success` is return code 0 and nothing else. */
export interface Outcome {
  status: Status;
  success: boolean;
  task_id?: string;
  command: string;
  executed_on?: string;
  /** Absent after a signal or a timeout, and where the end is not known. */
  return_code?: number;
  signal?: string;
  duration_ms?: number;
  auto_routed: boolean;
  stdout: string;
  stderr: string;
  stdout_bytes: number;
  stderr_bytes: number;
  truncated: boolean;
  /** After a timeout or cancel: are all its processes gone? */
  stopped?: 'yes' | 'no' | 'unknown';
  routing?: Routing;
  error?: string;
  error_code?: string;
  hint?: string;
}

export function routingOf(placement: Placement): Routing {
  return {
    ...(placement.kind === 'placed' ? { chosen: placement.chosen } : {}),
    reason: placement.reason,
    nodes: placement.nodes,
  };
}

/** An answer for what never became a task. */
export function refusal(
  status: Status,
  command: string,
  why: { error: string; code: string; hint?: string },
): Outcome {
  return {
    status,
    success: false,
    command,
    auto_routed: false,
    stdout: '',
    stderr: '',
    stdout_bytes: 0,
    stderr_bytes: 0,
    truncated: false,
    error: why.error,
    error_code: why.code,
    ...(why.hint === undefined ? {} : { hint: why.hint }),
  };
}

/** Did the command fail to run to an end? Not where it ran and failed, was timed out or cancelled. */
export function didNotRun(status: Status): boolean {
  return ['denied', 'invalid', 'unschedulable', 'unreachable', 'lost'].includes(status);
}
