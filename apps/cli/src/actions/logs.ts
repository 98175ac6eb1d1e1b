import { exitCodes } from '../answers/exit-code.js';
import { printOutput } from '../answers/print-output.js';
import { Problem } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';
import { interruptible } from '../terminal/interrupt.js';

/** What a task printed; with `follow` until it has ended. */
export async function logs(
  taskId: string,
  options: CommonOptions & { follow?: boolean; stderr?: boolean },
): Promise<number> {
  const { follow = false, json = false } = options;
  return withCluster(options, async (cluster) => {
    const interrupt = interruptible();
    try {
      const stream = options.stderr === true ? 'stderr' : 'stdout';
      const wanted = { taskId, stream, follow, json, signal: interrupt.signal } as const;
      const problem = await printOutput(cluster, wanted, process.stdout);
      if (problem !== undefined) throw new Problem(problem, exitCodes.failed);
      return interrupt.exitCode ?? 0;
    } finally {
      interrupt.done();
    }
  });
}
