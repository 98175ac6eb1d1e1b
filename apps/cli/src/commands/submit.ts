import { fitOutcome, type Cluster, type Outcome, type RunOptions } from '@cluster-execution/cluster';
import { createAsker } from '../ask.js';
import { createSecretAsker } from '../ask-secret.js';
import { describeOutcome } from '../describe-outcome.js';
import { exitCodeOf, exitCodes } from '../exit-code.js';
import { interruptible, type Interrupt } from '../interrupt.js';
import { withCluster, type CommonOptions } from '../session.js';
import { pipedInput, printJson, say, write } from '../streams.js';
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
  const request = requestFrom(command ?? '', options);
  const stdin = pipedInput();
  // Neither is kept: nobody can run it later in another process.
  const approvable = stdin === undefined && options.env === undefined;
  // Who names a node means that one: to look at others nobody is asked for their passwords.
  const interrupt = interruptible();
  const interrupted = () => interrupt.now(exitCodes.interrupted);
  const askSecret = options.node === undefined ? undefined : createSecretAsker(interrupted);
  const run = (cluster: Cluster) => (hooks: RunOptions) => {
    if (stdin === undefined) return cluster.run(request, hooks);
    // What comes by a pipe is gone with this process: another one cannot run the task.
    return cluster.run({ ...request, metadata: { hasStdin: true } }, { ...hooks, stdin });
  };
  return withCluster(
    options,
    (cluster) => follow({ ...options, approvable }, run(cluster), interrupt),
    askSecret,
  );
}

/** Streams a run of this process to our standard streams, and tells at the end how it went. */
export async function follow(
  options: CommonOptions & { approvable: boolean },
  run: (hooks: RunOptions) => Promise<Outcome>,
  interrupt: Interrupt = interruptible(),
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
    const outcome = options.approvable ? answer : withoutApproval(answer);
    if (options.json === true) printJson(fitOutcome(outcome));
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
