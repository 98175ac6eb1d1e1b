import type { Outcome } from './answers/outcome.js';
import type { Dispatched } from './backends/backend.js';
import { enter } from './job/enter.js';
import { outcomeOf, type Job, type Recorded } from './job/job.js';
import { permit } from './job/permit.js';
import { record } from './job/record.js';
import { toWork } from './job/work.js';
import type { OutputWriter } from './outputs/output-folder.js';
import { demandOf, destination } from './request/demand.js';
import { judge, type Judged } from './request/judge.js';
import { parse } from './request/parse.js';
import type { Context, Hooks } from './wiring/context.js';

/** A command that has been taken on: its job, and the answer once it has ended. */
export interface Started {
  job: Job;
  outcome: Promise<Outcome>;
}

/**
 * The life of one request: parse, judge, enter into the record, permit, classify, dispatch, record. An answer at once
 * where it ends in the first rooms; else the job, which goes on.
 */
export function start(context: Context, input: unknown, hooks: Hooks): Outcome | Started {
  const parsed = parse(context, input);
  if (!parsed.ok) return parsed.outcome;
  const judged = judge(context, parsed.request, parsed.command);
  const job = enter(context, judged);
  return { job, outcome: go(context, job, judged, hooks) };
}

/** The rooms after the record. Whatever happens in them, the record has an end. */
export async function go(context: Context, job: Job, judged: Judged, hooks: Hooks): Promise<Outcome> {
  // What nobody listens for is not read from the record.
  const tell = () => hooks.onStatus?.(current(context, job));
  const tellHeld = () => {
    tell();
    hooks.onHeld?.(current(context, job));
  };
  const output = context.outputs.writer(job.taskId);
  try {
    const permitted = await permit(context, job, judged, hooks, tellHeld);
    if (permitted) {
      const { workload } = judged;
      const where = destination(context, judged);
      const demand = demandOf(judged.request, workload, { ...where, spread: hooks.spread === true });
      const work = toWork(context, { job, judged, demand, workload, hooks, output, tell });
      const dispatch = () => context.backend.dispatch(work);
      const dispatched = await (hooks.turn?.(dispatch, job.controller.signal) ?? dispatch());
      const recorded = await finish(context, job, dispatched, output);
      if (recorded !== undefined) return outcomeOf(recorded, job);
    }
  } catch (error) {
    await finish(context, job, lost, output);
    throw error;
  }
  return current(context, job);
}

async function finish(
  context: Context,
  job: Job,
  dispatched: Dispatched,
  output: OutputWriter,
): Promise<Recorded | undefined> {
  const failure = await output.close();
  if (failure !== undefined)
    context.notice(`The output of ${job.taskId} could not be kept whole: ${failure.message}`);
  return record(context.store, job, dispatched);
}

/** After a fault of our own: whether the command ran is not known. */
const lost: Dispatched = { kind: 'executed', node: '', exit: { kind: 'lost' }, durationMs: 0 };

/** The answer as far as it is known now. */
export function current(context: Context, job: Job): Outcome {
  const task = context.store.get(job.taskId);
  if (task === undefined) throw new Error(`The record of ${job.taskId} is gone.`);
  return outcomeOf(task, job);
}
