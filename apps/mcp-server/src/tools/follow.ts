import type { Outcome, RunOptions } from '@cluster-execution/cluster';
import type { Call } from './tool.js';

/** A running command is told of again this often. */
const everyMs = 3_000;

/** Runs `work` with the hooks that cancel it, ask for it, and tell the client how it gets on. */
export async function follow<T>(call: Call, work: (options: RunOptions) => Promise<T>): Promise<T> {
  const { progress, signal, ask } = call;
  const hooks: RunOptions = { signal, ...(ask === undefined ? {} : { ask }) };
  if (progress === undefined) return work(hooks);

  const startedAt = performance.now();
  const seen = new Map<string, Outcome>();
  let bytes = 0;
  let answered = false; // the command may go on after that; nobody wants to hear of it then
  const timer = setInterval(() => {
    const now = [...seen].map(([id, outcome]) => ({ ...outcome, ...statusNow(call, id) }));
    progress(describeRuns(now, { elapsedMs: performance.now() - startedAt, bytes }));
  }, everyMs);
  try {
    return await work({
      ...hooks,
      onStatus: (outcome) => {
        seen.set(outcome.task_id ?? '', outcome);
        if (!answered) progress(describeChange(outcome));
      },
      onOutput: (_stream, chunk) => {
        bytes += chunk.length;
      },
    });
  } finally {
    answered = true;
    clearInterval(timer);
  }
}

function statusNow(call: Call, taskId: string): Partial<Run> {
  const task = call.cluster.tasks.get(taskId);
  if (task === undefined) return {};
  return {
    status: task.status,
    ...(task.assignedTo === undefined ? {} : { executed_on: task.assignedTo }),
  };
}

type Run = Pick<Outcome, 'status' | 'executed_on' | 'task_id'>;

export function describeChange({ status, executed_on: node, task_id: task }: Run): string {
  if (status === 'running') return `running on ${node ?? 'its node'}`;
  if (status === 'queued') return 'queued: waiting for a free slot';
  if (status === 'needs_approval') return `waiting for a person: cluster-router approve ${task ?? 'TASK'}`;
  return status;
}

/** What there is to say every few seconds. */
export function describeRuns(runs: readonly Run[], sum: { elapsedMs: number; bytes: number }): string {
  const figures = `${Math.round(sum.elapsedMs / 1_000)} s, ${sum.bytes} bytes of output`;
  const [first] = runs;
  if (first === undefined) return `choosing a node: ${figures}`;
  if (runs.length === 1) return `${describeChange(first)}: ${figures}`;
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return `${[...counts].map(([status, count]) => `${count} ${status}`).join(', ')}: ${figures}`;
}
