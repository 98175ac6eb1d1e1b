import { fitResults, type Cluster, type Outcome } from '@cluster-execution/cluster';
import { createAsker } from '../terminal/ask.js';
import { describeOutcome } from '../answers/describe-outcome.js';
import { exitCodeOf, exitCodes } from '../answers/exit-code.js';
import { interruptible } from '../terminal/interrupt.js';
import { inOwnWords } from '../answers/own-words.js';
import { Problem } from '../answers/problem.js';
import { printOutput } from '../answers/print-output.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';
import { visible } from '../terminal/visible.js';
import type { PlacingOptions } from '../commands/placing-options.js';
import { given } from './given.js';
import { placingFields } from './request.js';

export type ParallelOptions = CommonOptions & PlacingOptions & { maxParallel?: number; failFast?: boolean };

/** Runs many, spread over the nodes; exits with the highest of their codes. */
export async function parallel(commands: string[], options: ParallelOptions): Promise<number> {
  const request = given({
    ...placingFields(options),
    commands,
    max_parallel: options.maxParallel,
    fail_fast: options.failFast,
  });
  return withCluster(options, async (cluster) => {
    const interrupt = interruptible('the commands');
    try {
      const answer = await cluster.runAll(request, {
        untilEnd: true,
        signal: interrupt.signal,
        ask: createAsker(interrupt),
      });
      if ('error' in answer) throw new Problem(answer, exitCodes.usage);
      const results = answer.results.map(inOwnWords);
      if (options.json === true) await printJson(fitResults({ ...answer, results }));
      else for (const outcome of results) await show(cluster, outcome);
      const codes = results.map(exitCodeOf);
      return interrupt.exitCode ?? Math.max(...codes);
    } finally {
      interrupt.done();
    }
  });
}

/** All that it printed: what came with the answer may be shortened. */
async function show(cluster: Cluster, outcome: Outcome): Promise<void> {
  const { task_id: taskId, command, stdout_bytes: out, stderr_bytes: err } = outcome;
  say(`$ ${visible(command)}`);
  if (taskId !== undefined && out > 0)
    await printOutput(cluster, { taskId, stream: 'stdout' }, process.stdout);
  if (taskId !== undefined && err > 0)
    await printOutput(cluster, { taskId, stream: 'stderr' }, process.stderr);
  say(`${describeOutcome(outcome)}\n`);
}
