import { visible } from '../terminal/visible.js';
import { printJson, say } from '../terminal/streams.js';
import { exitCodes } from './exit-code.js';
import { inOwnWords } from './own-words.js';
import { answerOf, Problem } from './problem.js';

/** Codes of errors that mean a wrong set-up: nothing was begun. */
const usage = new Set([
  'configuration-invalid',
  'configuration-missing',
  'configuration-unreadable',
  'policy-rule-invalid',
  'ssh-configuration-invalid',
  'ssh-destination-invalid',
  'sqlite-missing',
]);

/** One message for whoever called us, or one object as the tools answer it; the exit code that goes with it. */
export function reportError(error: unknown, json = false): number {
  const answer = inOwnWords(answerOf(error));
  const code = answer.error_code === undefined ? '' : ` [${answer.error_code}]`;
  const hint = answer.hint === undefined ? '' : ` ${answer.hint}`;
  if (json) void printJson(answer);
  else say(visible(`cluster-router: ${answer.error}${code}${hint}`));
  if (error instanceof Problem) return error.exitCode;
  return usage.has(answer.error_code ?? '') ? exitCodes.usage : exitCodes.didNotRun;
}
