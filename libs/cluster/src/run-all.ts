import type { Outcome } from './answers/outcome.js';
import { summarise, type ParallelOutcome } from './answers/parallel-outcome.js';
import { invalidArguments, type TaskError } from './answers/task-error.js';
import { createTurns } from './job/turns.js';
import { parseParallelRequest } from './request/request.js';
import { isTerminal } from './tasks/states.js';
import type { Turn } from './wiring/context.js';

/** A command that was taken on, or refused at once. */
export interface Begun {
  /** Its answer, once it has ended or waits for a person. Never rejects. */
  settled: Promise<Outcome>;
  /** The answer as far as it is known. */
  now(): Outcome;
  /** Cancels it unless it has started. */
  giveUp(): void;
}

/**
 * Runs all commands, whatever becomes of the others; with `fail_fast` those not started are cancelled after a failure.
 * Waits `wait_seconds` in all, or without `waits` until all have ended.
 */
export async function runAll(
  begin: (input: Record<string, unknown>, turn: Turn) => Begun,
  input: unknown,
  waits: boolean,
): Promise<ParallelOutcome | TaskError> {
  const parsed = parseParallelRequest(input);
  if (!parsed.ok) return invalidArguments(parsed.error);
  const { commands, max_parallel: limit = commands.length, fail_fast: failFast, ...shared } = parsed.value;
  const turn = createTurns(limit);
  const all = commands.map((command) => begin({ ...shared, command }, turn));
  const ends = new Map<Begun, Outcome>();
  const ended = all.map(async (one) => {
    const outcome = await one.settled;
    if (!isTerminal(outcome.status)) return; // it waits for a person, and may go on
    ends.set(one, outcome);
    if (failFast && !outcome.success) for (const other of all) other.giveUp();
  });
  await (waits ? within(Promise.all(ended), shared.wait_seconds * 1_000) : Promise.all(ended));
  return summarise(all.map((one) => ends.get(one) ?? one.now()));
}

async function within(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
