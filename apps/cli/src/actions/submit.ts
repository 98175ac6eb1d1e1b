import type { Cluster, RunOptions } from '@cluster-execution/cluster';
import { exitCodes } from '../answers/exit-code.js';
import { wrongUsage } from '../answers/problem.js';
import type { NodeOptions } from '../commands/placing-options.js';
import { withCluster, type CommonOptions } from '../session.js';
import { createSecretAsker } from '../terminal/ask-secret.js';
import { interruptible } from '../terminal/interrupt.js';
import { pipedInput } from '../terminal/streams.js';
import { follow } from './follow.js';
import { requestFrom, scriptRequest } from './request.js';

export type SubmitOptions = CommonOptions & NodeOptions & { script?: string; detach?: boolean };

/** Runs one command, its output as it comes, and exits as it does. */
export async function submit(words: string[], options: SubmitOptions): Promise<number> {
  if (options.detach === true)
    throw wrongUsage('--detach is not there yet; run it in the background of your shell.');
  const [command, ...more] = words;
  if (options.script === undefined && (command === undefined || more.length > 0))
    throw wrongUsage('Give the command as one word (quote it), or --script FILE -- ARGUMENT…');
  const request =
    options.script === undefined
      ? requestFrom(command ?? '', options)
      : scriptRequest(options.script, words, options);
  const stdin = pipedInput();
  // Neither is kept: nobody can run it later in another process.
  const approvable = stdin === undefined && options.env === undefined;
  // Who names a node means that one: to look at others nobody is asked for their passwords.
  const interrupt = interruptible('the command');
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
