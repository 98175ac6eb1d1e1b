import { describeOutcome } from '../describe-outcome.js';
import { exitCodeOf, exitCodes } from '../exit-code.js';
import { interruptible, withCluster, type CommonOptions } from '../session.js';
import { endOnBrokenPipe, printJson, say, write } from '../streams.js';
import { dropUndefined, requestFrom, type PlacingOptions } from './run-request.js';

export type ParallelOptions = CommonOptions &
  Omit<PlacingOptions, 'node' | 'script'> & { maxParallel?: number; failFast?: boolean };

/** Runs many, spread over the nodes; exits with the highest of their codes. */
export async function parallel(commands: string[], options: ParallelOptions): Promise<number> {
  endOnBrokenPipe();
  const { command: _command, auto_route: _route, ...shared } = requestFrom('', options);
  const request = dropUndefined({
    ...shared,
    commands,
    max_parallel: options.maxParallel,
    fail_fast: options.failFast,
  });
  return withCluster(options, async (cluster) => {
    const interrupt = interruptible();
    try {
      const answer = await cluster.runAll(request, { untilEnd: true, signal: interrupt.signal });
      if ('error' in answer) {
        if (options.json === true) printJson(answer);
        else say(`cluster-router: ${answer.error}`);
        return exitCodes.usage;
      }
      if (options.json === true) printJson(answer);
      else for (const outcome of answer.results) await show(outcome);
      const codes = answer.results.map(exitCodeOf);
      return interrupt.interrupted() ? exitCodes.interrupted : Math.max(...codes);
    } finally {
      interrupt.done();
    }
  });
}

async function show(outcome: Parameters<typeof describeOutcome>[0]): Promise<void> {
  say(`$ ${outcome.command}`);
  await write(process.stdout, outcome.stdout);
  if (outcome.stderr !== '') say(outcome.stderr.trimEnd());
  say(`${describeOutcome(outcome)}\n`);
}
