import { refusal, type Outcome } from './answers/outcome.js';
import type { ParallelOutcome } from './answers/parallel-outcome.js';
import type { TaskError } from './answers/task-error.js';
import { planOf, type Plan } from './calls/plan.js';
import { createJob, type Job } from './job/job.js';
import { forgetQuestion } from './job/permit.js';
import { neverStarted } from './job/record.js';
import { judge } from './request/judge.js';
import { parse, shownCommand } from './request/parse.js';
import { requestOf } from './request/resume.js';
import { runAll, type Begun } from './run-all.js';
import { current, go, start } from './run.js';
import { isOwnerAlive } from './tasks/process-start-time.js';
import { isTerminal } from './tasks/states.js';
import type { Task } from './tasks/task.js';
import type { Context, Hooks } from './wiring/context.js';
import { present } from './wiring/present.js';

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
  let closing = false;
  const active = new Map<string, { job: Job; ended: Promise<unknown> }>();
  // What a waiting job waits for (a bell, another process) keeps no process alive by itself.
  const alive = setInterval(() => undefined, 0x7fffffff).unref();
  const stopListening = context.wake.onWake(() => {
    if (active.size === 0) return;
    for (const id of context.store.cancelsRequested()) active.get(id)?.job.controller.abort();
  });

  function take(job: Job, outcome: Promise<Outcome>, signal: AbortSignal | undefined): void {
    const onAbort = () => job.controller.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    alive.ref();
    const leave = () => {
      active.delete(job.taskId);
      if (active.size === 0) alive.unref();
      signal?.removeEventListener('abort', onAbort);
    };
    active.set(job.taskId, { job, ended: outcome.then(leave, leave) });
  }

  /** A task that waits for approval outlives its process: nobody but us can cancel it then. */
  function cancelAbandoned(taskId: string): boolean {
    if (!context.store.adopt(taskId, isOwnerAlive)) return false;
    return context.store.transition(taskId, 'needs_approval', 'cancelled', neverStarted);
  }

  function begin(input: unknown, options: RunOptions): Begun {
    if (closing) return refused(refusal('cancelled', shownCommand(input), clusterClosed));
    let hold: (outcome: Outcome) => void = () => undefined;
    const held = new Promise<Outcome>((resolve) => {
      hold = resolve;
    });
    const started = start(context, input, {
      ...options,
      onHeld: (outcome) => hold(outcome),
    });
    if (!('job' in started)) return refused(started);
    const { job, outcome } = started;
    take(job, outcome, options.signal);
    return {
      settled: Promise.race([outcome, held]),
      now: () => stillRunning(context, job),
      giveUp() {
        const status = context.store.get(job.taskId)?.status;
        if (status === 'queued' || status === 'needs_approval') job.controller.abort();
      },
    };
  }

  /** One of several: a fault of our own in one must not take the others' answers away. */
  function beginSafely(input: Record<string, unknown>, options: RunOptions): Begun {
    const fault = (error: unknown) =>
      refusal('lost', String(input['command']), {
        error: error instanceof Error ? error.message : String(error),
        code: 'internal-error',
      });
    try {
      const begun = begin(input, options);
      let failed: Outcome | undefined;
      const settled = begun.settled.catch((error: unknown) => (failed = fault(error)));
      return { ...begun, settled, now: () => failed ?? begun.now() };
    } catch (error) {
      return refused(fault(error));
    }
  }

  return {
    async run(input, options = {}) {
      const since = performance.now();
      const begun = begin(input, options);
      if (options.untilEnd === true) return begun.settled;
      const waitMs = waitSeconds(input) * 1_000 - (performance.now() - since);
      return firstOf(begun.settled, waitMs, () => begun.now());
    },
    runAll: (input, options = {}) =>
      runAll(
        (one, turn) => beginSafely(one, { ...options, turn, spread: true }),
        input,
        options.untilEnd !== true,
      ),
    plan: (input) => planOf(context, input),
    async resume(task, options = {}) {
      if (closing) throw new Error('The cluster is being closed.');
      const parsed = parse(context, requestOf(task));
      if (!parsed.ok) {
        const { error, error_code: errorCode, hint } = parsed.outcome;
        context.store.transition(task.id, 'queued', 'invalid', present({ error, errorCode, hint }));
        return { ...parsed.outcome, task_id: task.id };
      }
      const judged = judge(context, parsed.request, parsed.command);
      forgetQuestion(context.store, task.id);
      const job = createJob(task, task.metadata['autoRouted'] === true);
      const outcome = go(context, job, { ...judged, judgement: { verdict: 'allow', findings: [] } }, options);
      take(job, outcome, options.signal);
      return outcome;
    },
    async cancel(taskId, waitMs) {
      const mine = active.get(taskId);
      if (mine !== undefined) mine.job.controller.abort();
      else if (!cancelAbandoned(taskId)) context.store.requestCancel(taskId);
      await settled(context, taskId, waitMs);
      return context.store.get(taskId);
    },
    job: (taskId) => active.get(taskId)?.job,
    async close() {
      closing = true;
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
      clearInterval(alive);
      // Those who wait for several answers read the record once more.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const clusterClosed = { error: 'Not started: the cluster is being closed.', code: 'cluster-closed' };

function waitSeconds(input: unknown): number {
  const given =
    typeof input === 'object' && input !== null && 'wait_seconds' in input ? input.wait_seconds : undefined;
  return typeof given === 'number' ? given : 50;
}

function stillRunning(context: Context, job: Job): Outcome {
  const task = context.store.get(job.taskId);
  const outcome = current(context, job);
  if (task === undefined || isTerminal(task.status) || task.status === 'needs_approval') return outcome;
  const limit = task.timeoutSeconds ?? 0;
  const ends =
    task.startedAt === undefined || limit === 0
      ? 'It has no time limit.'
      : `Its time limit ends it at ${new Date(task.startedAt + limit * 1_000).toISOString()}.`;
  const hint =
    task.status === 'queued'
      ? `It waits for a free slot. task_output with task_id ${task.id} and wait_seconds follows it; task_cancel gives it up.`
      : `It goes on. ${ends} task_output with task_id ${task.id}, offset ${outcome.stdout_bytes} and wait_seconds waits for more; task_cancel ends it.`;
  return { ...outcome, hint };
}

const refused = (outcome: Outcome): Begun => ({
  settled: Promise.resolve(outcome),
  now: () => outcome,
  giveUp: () => undefined,
});

async function firstOf(answer: Promise<Outcome>, waitMs: number, late: () => Outcome): Promise<Outcome> {
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
    return await Promise.race([answer, timeUp]);
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
