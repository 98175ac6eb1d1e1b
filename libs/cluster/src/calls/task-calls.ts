import { z } from 'zod';
import type { Outcome } from '../answers/outcome.js';
import { invalidArguments, unknownTask, type TaskError } from '../answers/task-error.js';
import { outcomeOf, type Job } from '../job/job.js';
import { checked } from '../request/request.js';
import { isOwnerAlive } from '../tasks/process-start-time.js';
import { statuses, type Status } from '../tasks/states.js';
import type { Task } from '../tasks/task.js';
import type { Context } from '../wiring/context.js';
import { present } from '../wiring/present.js';
import { readOutput, type TaskOutput } from './task-output.js';

export const cancelFields = { task_id: z.string().min(1).describe('Id from a result.') };
export const listFields = {
  status: z
    .enum(statuses as [Status, ...Status[]])
    .optional()
    .describe('Only tasks with this status.'),
  node_id: z.string().min(1).optional().describe('Only tasks of this node.'),
  limit: z.number().int().min(1).max(1_000).default(50).describe('Most tasks to list, newest first.'),
};

const cancelSchema = z.strictObject(cancelFields);
const listSchema = z.strictObject(listFields);

export interface TaskRow {
  task_id: string;
  command: string;
  status: Status;
  executed_on?: string;
  return_code?: number;
  created_at: string;
  started_at?: string;
  ended_at?: string;
}

/** Calls on tasks that are on record, whichever process answers for them. */
export interface TaskCalls {
  output(input: unknown, signal?: AbortSignal): Promise<TaskOutput | TaskError>;
  cancel(
    input: unknown,
  ): Promise<{ task_id: string; status: Status; stopped?: 'yes' | 'no' | 'unknown' } | TaskError>;
  list(input?: unknown): { tasks: TaskRow[] } | TaskError;
  get(taskId: string): Task | undefined;
  outcome(taskId: string): Outcome | undefined;
  /** Lets a waiting task run, in the process that holds it; `here` where that is gone: resume it in this one. */
  approve(taskId: string, by: string): { kind: 'approved' | 'here'; task: Task } | TaskError;
}

/** The commands that this process answers for. */
interface Running {
  /** Ends a task wherever it runs, and waits for that until `waitMs` is over. */
  cancel(taskId: string, waitMs: number): Promise<Task | undefined>;
  job(taskId: string): Job | undefined;
}

const cancelWaitMs = 20_000;

export function createTaskCalls(context: Context, jobs: Running): TaskCalls {
  return {
    output: (input, signal) => {
      context.store.reap(isOwnerAlive);
      return readOutput(context, input, signal);
    },
    async cancel(input) {
      const parsed = checked(cancelSchema, input);
      if (!parsed.ok) return invalidArguments(parsed.error);
      context.store.reap(isOwnerAlive);
      const task = await jobs.cancel(parsed.value.task_id, cancelWaitMs);
      if (task === undefined) return unknownTask(parsed.value.task_id);
      return { task_id: task.id, status: task.status, ...present({ stopped: task.stopped }) };
    },
    list(input = {}) {
      const parsed = checked(listSchema, input);
      if (!parsed.ok) return invalidArguments(parsed.error);
      context.store.reap(isOwnerAlive);
      const { status, limit, node_id: name } = parsed.value;
      const nodeId = name === undefined ? undefined : (context.settings().registry.find(name)?.id ?? name);
      return { tasks: context.store.list({ limit, ...present({ status, nodeId }) }).map(row) };
    },
    get: (taskId) => context.store.get(taskId),
    outcome(taskId) {
      const task = context.store.get(taskId);
      return task === undefined ? undefined : outcomeOf(task, jobs.job(taskId));
    },
    approve: (taskId, by) => approve(context, taskId, by),
  };
}

function approve(
  context: Context,
  taskId: string,
  by: string,
): { kind: 'approved' | 'here'; task: Task } | TaskError {
  const task = context.store.get(taskId);
  if (task === undefined) return unknownTask(taskId);
  if (task.status !== 'needs_approval') {
    return {
      error: `${taskId} does not wait for approval: it is ${task.status}.`,
      error_code: 'not-waiting',
    };
  }
  const orphan = task.owner === undefined || !isOwnerAlive(task.owner);
  if (orphan && (task.metadata['hasEnv'] === true || task.metadata['hasStdin'] === true)) {
    return {
      error: `${taskId} needs the variables or the standard input that only its process had, which is gone.`,
      error_code: 'not-resumable',
      hint: 'Submit the command again.',
    };
  }
  if (orphan && !context.store.adopt(taskId, isOwnerAlive)) {
    return { error: `Another process has just taken ${taskId}.`, error_code: 'not-waiting' };
  }
  if (!context.store.approve(taskId, by)) {
    return { error: `${taskId} does not wait for approval any more.`, error_code: 'not-waiting' };
  }
  return { kind: orphan ? 'here' : 'approved', task: context.store.get(taskId) ?? task };
}

function row(task: Task): TaskRow {
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  return {
    task_id: task.id,
    command: task.command.length <= 500 ? task.command : `${task.command.slice(0, 499)}…`,
    status: task.status,
    created_at: new Date(task.createdAt).toISOString(),
    ...present({
      executed_on: task.assignedTo,
      return_code: task.exitCode,
      started_at: time(task.startedAt),
      ended_at: time(task.endedAt),
    }),
  };
}
