import type { TaskError } from '@cluster-execution/cluster';
import { say } from '../terminal/streams.js';

/** Says why a call on a task came to nothing; the exit code given. */
export function reportProblem(answer: TaskError, code: number): number {
  say(`cluster-router: ${answer.error} [${answer.error_code}] ${answer.hint ?? ''}`.trimEnd());
  return code;
}
