import type { Outcome, RunOptions } from '@cluster-execution/cluster';
import { describeOutcome } from '../describe-outcome.js';
import { exitCodeOf, exitCodes } from '../exit-code.js';
import { interruptible, withCluster, type CommonOptions } from '../session.js';
import { endOnBrokenPipe, pipedInput, printJson, say, write } from '../streams.js';
import { askAtTerminal } from '../terminal.js';
import { requestFrom, type PlacingOptions } from './run-request.js';

export type SubmitOptions = CommonOptions & PlacingOptions & { detach?: boolean };

/** Runs one command, its output as it comes, and exits as it does. */
export async function submit(command: string | undefined, options: SubmitOptions): Promise<number> {
  if (options.detach === true) {
    say('cluster-router: --detach is not there yet; run it in the background of your shell.');
    return exitCodes.usage;
  }
  if ((command === undefined) === (options.script === undefined)) {
    say('cluster-router: give a command, or --script FILE.');
    return exitCodes.usage;
  }
  endOnBrokenPipe();
  return withCluster(options, (cluster) =>
    follow(options, (hooks) => {
      const stdin = pipedInput();
      const request = requestFrom(command ?? '', options);
      if (stdin === undefined) return cluster.run(request, hooks);
      // What comes by a pipe is gone with this process: another one cannot run the task.
      return cluster.run({ ...request, metadata: { hasStdin: true } }, { ...hooks, stdin });
    }),
  );
}

/** Streams a run of this process to our standard streams, and tells at the end how it went. */
export async function follow(
  options: CommonOptions,
  run: (hooks: RunOptions) => Promise<Outcome>,
): Promise<number> {
  const interrupt = interruptible();
  try {
    const outcome = await run({
      untilEnd: true,
      signal: interrupt.signal,
      ask: askAtTerminal,
      ...(options.json === true
        ? {}
        : {
            onOutput: (stream, chunk) => write(stream === 'stdout' ? process.stdout : process.stderr, chunk),
          }),
    });
    if (options.json === true) printJson(outcome);
    else say(describeOutcome(outcome));
    return interrupt.interrupted() ? exitCodes.interrupted : exitCodeOf(outcome);
  } finally {
    interrupt.done();
    process.stdin.destroy();
  }
}
