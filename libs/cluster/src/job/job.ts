import { routingOf, type Outcome } from '../answers/outcome.js';
import { createCapture, type Captures } from '../execution/capture.js';
import type { Placement } from '../placement/placement.js';
import type { Task } from '../tasks/task.js';

/** One command that this process answers for, from its record to its end. */
export interface Job {
  readonly taskId: string;
  readonly command: string;
  readonly controller: AbortController;
  readonly captures: Captures;
  readonly autoRouted: boolean;
  placement: Placement | undefined;
}

export function createJob(task: Task, autoRouted: boolean): Job {
  return {
    taskId: task.id,
    command: task.command,
    controller: new AbortController(),
    captures: { stdout: createCapture(), stderr: createCapture() },
    autoRouted,
    placement: undefined,
  };
}

/** What an answer takes from the record. */
export type Recorded = Pick<
  Task,
  | 'id'
  | 'command'
  | 'status'
  | 'assignedTo'
  | 'exitCode'
  | 'signal'
  | 'durationMs'
  | 'stopped'
  | 'error'
  | 'errorCode'
  | 'hint'
  | 'stdoutBytes'
  | 'stderrBytes'
> &
  Partial<Pick<Task, 'metadata'>>;

/** The answer that follows from the record and from what was captured so far. */
export function outcomeOf(task: Recorded, job?: Pick<Job, 'captures' | 'autoRouted' | 'placement'>): Outcome {
  const stdout = job?.captures.stdout.text() ?? { text: '', truncated: false };
  const stderr = job?.captures.stderr.text() ?? { text: '', truncated: false };
  const optional = {
    executed_on: task.assignedTo,
    return_code: task.exitCode,
    signal: task.signal,
    duration_ms: task.durationMs === undefined ? undefined : Math.round(task.durationMs),
    stopped: task.stopped,
    error: task.error,
    error_code: task.errorCode,
    hint: task.hint,
    routing: job?.placement === undefined ? undefined : routingOf(job.placement),
  };
  return {
    status: task.status,
    success: task.status === 'completed' && task.exitCode === 0,
    task_id: task.id,
    command: task.command,
    auto_routed: job?.autoRouted ?? task.metadata?.['autoRouted'] === true,
    stdout: stdout.text,
    stderr: stderr.text,
    stdout_bytes: job?.captures.stdout.bytes ?? task.stdoutBytes ?? 0,
    stderr_bytes: job?.captures.stderr.bytes ?? task.stderrBytes ?? 0,
    truncated: stdout.truncated || stderr.truncated,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Outcome>),
  };
}
