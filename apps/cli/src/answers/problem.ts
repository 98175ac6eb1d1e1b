import type { TaskError } from '@cluster-execution/cluster';
import { exitCodes } from './exit-code.js';

export interface Answer {
  error: string;
  error_code?: string;
  hint?: string;
}

/** Ends a call: what is wrong, what to do next, and what to exit with. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor({ error, error_code: code, hint }: TaskError, exitCode: number) {
    super(error);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The call makes no sense: nothing was begun. */
export function wrongUsage(error: string): Problem {
  return new Problem({ error, error_code: 'wrong-usage' }, exitCodes.usage);
}

export function noTask(id: string): Problem {
  return new Problem({ error: `There is no task "${id}".`, error_code: 'unknown-task' }, exitCodes.failed);
}

/** What an error says, in the fields of an answer. */
export function answerOf(error: unknown): Answer {
  if (!(error instanceof Error)) return { error: String(error) };
  const { code, hint } = error as Error & { code?: unknown; hint?: unknown };
  return {
    error: error.message,
    ...(typeof code === 'string' ? { error_code: code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}
