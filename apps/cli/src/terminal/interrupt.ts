import { exitCodes } from '../answers/exit-code.js';
import { endOnFailure, outputFailed, say } from './streams.js';

/** A wish to end: a signal, or a reader of our output that has gone. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** What to end with where there was such a wish; undefined where there was none. */
  readonly exitCode: number | undefined;
  now(exitCode: number): void;
  /** From here on signals do again what they do by themselves. */
  done(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal cancels the work in order, which is said of `ending` it; the second leaves at once. */
export function interruptible(ending?: string): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const now = (code: number) => {
    exitCode ??= code;
    controller.abort();
  };
  // Nobody gets it: what is left to do is to end the command, and to see that it is gone.
  const onError = (error: NodeJS.ErrnoException) => now(outputFailed(error));
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    // After SIGHUP there may be nobody left to tell.
    if (ending !== undefined && signal !== 'SIGHUP') say(`Ending ${ending}; once more to leave at once.`);
    now(exitCodes.interrupted);
  };
  for (const signal of signals) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr])
    stream.off('error', endOnFailure).on('error', onError);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    now,
    // Not the listener of the output: what was written may fail later.
    done: () => signals.forEach((signal) => process.off(signal, onSignal)),
  };
}
