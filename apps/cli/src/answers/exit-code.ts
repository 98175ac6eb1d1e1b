import { constants } from 'node:os';
import type { Outcome } from '@cluster-execution/cluster';

/** Exit codes of our own, beside those of commands. 124 and 126 as timeout(1) and the shell use them. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  timeout: 124,
  didNotRun: 125,
  refused: 126,
  interrupted: 130,
};

/** What `submit` exits with. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome.status) {
    case 'completed':
    case 'failed':
      return outcome.return_code ?? 128 + signalNumber(outcome.signal);
    case 'timeout':
      return exitCodes.timeout;
    case 'denied':
    case 'needs_approval':
      return exitCodes.refused;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'invalid':
      return outcome.error_code === 'invalid-arguments' || outcome.error_code === 'command-empty'
        ? exitCodes.usage
        : exitCodes.didNotRun;
    case 'running':
    case 'queued':
    case 'unschedulable':
    case 'unreachable':
    case 'lost':
    default:
      return exitCodes.didNotRun;
  }
}

function signalNumber(signal: string | undefined): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return numbers[signal ?? ''] ?? 0;
}
