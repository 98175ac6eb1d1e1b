import { exitCodes } from './exit-code.js';
import { say } from '../terminal/streams.js';

/** Codes of errors that mean wrong usage or a wrong set-up: nothing was begun. */
const usage = new Set([
  'wrong-usage',
  'configuration-invalid',
  'configuration-missing',
  'configuration-unreadable',
  'policy-rule-invalid',
  'ssh-configuration-invalid',
  'ssh-destination-invalid',
  'sqlite-missing',
  'ENOENT',
  'EISDIR',
]);

/** One message for whoever called us, and the exit code that goes with it. */
export function reportError(error: unknown): number {
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    typeof error === 'object' && error !== null && 'hint' in error && typeof error.hint === 'string'
      ? ` ${error.hint}`
      : '';
  say(`cluster-router: ${message}${code === undefined ? '' : ` [${code}]`}${hint}`);
  return code !== undefined && usage.has(code) ? exitCodes.usage : exitCodes.didNotRun;
}
