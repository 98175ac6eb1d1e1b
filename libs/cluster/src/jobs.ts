import { judge } from './judge.js';
import type { Context, Hooks } from './context.js';
import { createJob, type Job } from './job.js';
import { refusal, type Outcome } from './outcome.js';
import { parse } from './parse.js';
import { planOf, type Plan } from './plan.js';
import { requestOf } from './resume.js';
import { runAll, type ParallelOutcome } from './run-all.js';
import { current, go, start } from './run.js';
import { isTerminal } from './tasks/states.js';
import type { Task } from './tasks/task.js';
import type { TaskError } from './task-output.js';

export interface RunOptions extends Hooks {
  /** Wait until it has ended, whatever `wait_seconds` says. */
  untilEnd?: boolean;
}

/** What jobs this process answers for, and the calls that begin, follow and end them. */
export interface Jobs {
  run: (input: unknown, options?: RunOptions) => Promise<Outcome>;
  runAll: (input: unknown, options?: RunOptions) => Promise<ParallelOutcome | TaskError>;
  plan: (input: unknown) => Promise<Plan | Outcome>;
  /** Runs a task that was approved here and whose process is gone. */
  resume: (task: Task, options?: RunOptions) => Promise<Outcome>;
  /** Asks for the end of a task of any process, and waits for it, at most `waitMs`. */
  cancel(taskId: string, waitMs: number): Promise<Task | undefined>;
  /** The job of a task, where this process answers for it. */
  job(taskId: string): Job | undefined;
  /** Ends all commands of this process, and waits until that is on record. */
  close(): Promise<void>;
}

export function createJobs(context: Context): Jobs {
  const active = new Map<string, { job: Job; ended: Promise<unknown> }>();
  const stopListening = context.wake.onWake(() => {
    for (const id of context.store.cancelsRequested()) active.get(id)?.job.controller.abort();
  });

  function take(job: Job, outcome: Promise<Outcome>, signal: AbortSignal | undefined): void {
    const onAbort = () => job.controller.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    // What a waiting job waits for (a bell, another process) keeps no process alive by itself.
    const alive = setInterval(() => undefined, 0x7fffffff);
    const leave = () => {
      clearInterval(alive);
      active.delete(job.taskId);
      signal?.removeEventListener('abort', onAbort);
    };
    active.set(job.taskId, { job, ended: outcome.then(leave, leave) });
  }

  async function run(input: unknown, options: RunOptions = {}): Promise<Outcome> {
    const startedAt = performance.now();
    let hold: (outcome: Outcome) => void = () => undefined;
    const held = new Promise<Outcome>((resolve) => {
      hold = resolve;
    });
    const started = start(context, input, {
      ...options,
      onStatus: (outcome) => {
        options.onStatus?.(outcome);
        if (outcome.status === 'needs_approval') hold(outcome);
      },
    });
    if (!('job' in started)) return started;
    take(started.job, started.outcome, options.signal);
    if (options.untilEnd === true) return Promise.race([started.outcome, held]);
    const waitMs = waitSeconds(input) * 1_000 - (performance.now() - startedAt);
    return firstOf([started.outcome, held], waitMs, () => stillRunning(context, started.job));
  }

  return {
    run,
    runAll(input, options = {}) {
      const runOne = (one: Record<string, unknown>, signal: AbortSignal) =>
        run(one, { ...options, signal, spread: true }).catch((error: unknown) =>
          refusal('lost', String(one['command']), {
            error: error instanceof Error ? error.message : String(error),
            code: 'internal-error',
          }),
        );
      return runAll(runOne, input, options.signal ?? new AbortController().signal);
    },
    plan: (input) => planOf(context, input),
    async resume(task, options = {}) {
      const parsed = parse(context, requestOf(task));
      if (!parsed.ok) return parsed.outcome;
      const judged = judge(context, parsed.request, parsed.command);
      const job = createJob(task, task.metadata['autoRouted'] === true);
      const outcome = go(context, job, { ...judged, judgement: { verdict: 'allow', findings: [] } }, options);
      take(job, outcome, options.signal);
      return outcome;
    },
    async cancel(taskId, waitMs) {
      const mine = active.get(taskId);
      if (mine === undefined) context.store.requestCancel(taskId);
      else mine.job.controller.abort();
      await settled(context, taskId, waitMs);
      return context.store.get(taskId);
    },
    job: (taskId) => active.get(taskId)?.job,
    async close() {
      stopListening();
      const all = [...active.values()];
      for (const { job } of all) {
        const task = context.store.get(job.taskId);
        // Another process can still approve it, unless it needs what only we have.
        const leave =
          task?.status === 'needs_approval' &&
          task.metadata['hasEnv'] !== true &&
          task.metadata['hasStdin'] !== true;
        job.controller.abort(leave ? 'leave' : undefined);
      }
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

function waitSeconds(input: unknown): number {
  const given =
    typeof input === 'object' && input !== null && 'wait_seconds' in input ? input.wait_seconds : undefined;
  return typeof given === 'number' ? given : 50;
}

function stillRunning(context: Context, job: Job): Outcome {
  const task = context.store.get(job.taskId);
  const outcome = current(context, job);
  if (task === undefined || isTerminal(task.status)) return outcome;
  const limit = task.timeoutSeconds ?? 0;
  const ends =
    task.startedAt === undefined || limit === 0
      ? 'It has no time limit.'
      : `Its time limit ends it at ${new Date(task.startedAt + limit * 1_000).toISOString()}.`;
  const hint =
    task.status === 'queued'
      ? `It waits for a free slot. task_output with task_id ${task.id} and wait_seconds follows it; task_cancel gives it up.`
      : `It goes on. ${ends} task_output with task_id ${task.id} and wait_seconds follows it; task_cancel ends it.`;
  return { ...outcome, hint };
}

async function firstOf(
  answers: readonly Promise<Outcome>[],
  waitMs: number,
  late: () => Outcome,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<Outcome>((resolve, reject) => {
    timer = setTimeout(
      () => {
        try {
          resolve(late());
        } catch (error) {
          reject(error);
        }
      },
      Math.max(0, waitMs),
    );
  });
  try {
    return await Promise.race([...answers, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Until the task has ended, or the time is up. */
function settled(context: Context, taskId: string, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const task = context.store.get(taskId);
      if (task === undefined || isTerminal(task.status)) finish();
    };
    const finish = () => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(finish, waitMs);
    const stop = context.wake.onWake(look);
    look();
  });
}
