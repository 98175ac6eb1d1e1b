import { fitOutcome, type Outcome, type RunOptions } from '@cluster-execution/cluster';
import { describeOutcome } from '../answers/describe-outcome.js';
import { exitCodeOf } from '../answers/exit-code.js';
import { inOwnWords } from '../answers/own-words.js';
import type { CommonOptions } from '../session.js';
import { createAsker } from '../terminal/ask.js';
import { interruptible, type Interrupt } from '../terminal/interrupt.js';
import { printJson, say, write } from '../terminal/streams.js';

/** Streams a run of this process to our standard streams, and tells at the end how it went. */
export async function follow(
  options: CommonOptions & { approvable: boolean },
  run: (hooks: RunOptions) => Promise<Outcome>,
  interrupt: Interrupt = interruptible('the command'),
): Promise<number> {
  try {
    const answer = await run({
      untilEnd: true,
      signal: interrupt.signal,
      ask: createAsker(interrupt),
      ...(options.json === true
        ? {}
        : {
            onOutput: (stream, chunk) => write(stream === 'stdout' ? process.stdout : process.stderr, chunk),
          }),
    });
    const outcome = inOwnWords(options.approvable ? answer : withoutApproval(answer));
    if (options.json === true) await printJson(fitOutcome(outcome));
    else say(describeOutcome(outcome));
    return interrupt.exitCode ?? exitCodeOf(outcome);
  } finally {
    interrupt.done();
    process.stdin.destroy();
  }
}

/** Where it waits for a person and cannot: it ends with us. */
function withoutApproval(outcome: Outcome): Outcome {
  if (outcome.status !== 'needs_approval') return outcome;
  const hint =
    'Submit it at a terminal: its standard input or --env is not kept, so that nobody can approve it later.';
  return { ...outcome, hint };
}
