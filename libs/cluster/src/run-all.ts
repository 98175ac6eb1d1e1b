import { refusal, type Outcome } from './outcome.js';
import { parseParallelRequest, type ParallelRequest } from './request.js';
import { invalidArguments, type TaskError } from './task-output.js';
import type { Status } from './tasks/states.js';

/** One result for each command, in the order given, and what they add up to. */
export interface ParallelOutcome {
  results: Outcome[];
  summary: { total: number; succeeded: number; failed: number; by_status: Partial<Record<Status, number>> };
}

/** Runs one of several; resolves with its answer, never rejects. `signal` cancels it. */
export type RunOne = (input: Record<string, unknown>, signal: AbortSignal) => Promise<Outcome>;

/** Runs all commands, whatever becomes of the others; with `fail_fast` those not started are cancelled after a failure. */
export async function runAll(
  runOne: RunOne,
  input: unknown,
  signal: AbortSignal,
): Promise<ParallelOutcome | TaskError> {
  const parsed = parseParallelRequest(input);
  if (!parsed.ok) return invalidArguments(parsed.error);
  return summarise(await runEach(runOne, parsed.value, signal));
}

async function runEach(runOne: RunOne, request: ParallelRequest, signal: AbortSignal): Promise<Outcome[]> {
  const { commands, max_parallel: limit = commands.length, fail_fast: failFast, ...shared } = request;
  const results: Outcome[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let next = 0;

  const lane = async () => {
    for (let at = next; at < commands.length; at = next) {
      next += 1;
      const command = commands[at] ?? '';
      results[at] = either.aborted ? notStarted(command) : await runOne({ ...shared, command }, either);
      if (failFast && !results[at]?.success) stop.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, commands.length) }, lane));
  return results;
}

function notStarted(command: string): Outcome {
  return refusal('cancelled', command, {
    error: 'Not started: another command had failed, or the call was cancelled.',
    code: 'cancelled',
  });
}

export function summarise(results: Outcome[]): ParallelOutcome {
  const byStatus: Partial<Record<Status, number>> = {};
  for (const { status } of results) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const succeeded = results.filter(({ success }) => success).length;
  const open = results.filter(
    ({ status }) => status === 'running' || status === 'queued' || status === 'needs_approval',
  ).length;
  return {
    results,
    summary: {
      total: results.length,
      succeeded,
      failed: results.length - succeeded - open,
      by_status: byStatus,
    },
  };
}
