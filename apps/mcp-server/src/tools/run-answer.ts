import { didNotRun, fitOutcome, refusal, type Outcome } from '@cluster-execution/cluster';
import type { Answer, Problem } from './tool.js';

export function runAnswer(outcome: Outcome): Answer {
  return { content: fitOutcome(outcome), isError: didNotRun(outcome.status) };
}

/** A call that could not be understood answers in the same form as one that ran. */
export function refuseRun(args: unknown, { error, error_code: code, hint }: Problem): Outcome {
  const command = typeof args === 'object' && args !== null && 'command' in args ? args.command : '';
  const shown = typeof command === 'string' ? command.slice(0, 1_000) : '';
  return refusal('invalid', shown, { error, code, ...(hint === undefined ? {} : { hint }) });
}
