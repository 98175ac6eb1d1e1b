import { exitCodes } from '../answers/exit-code.js';
import { withCluster, type CommonOptions } from '../session.js';
import { say } from '../terminal/streams.js';

/** The stored record of a task, as JSON. */
export async function status(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const task = cluster.tasks.get(taskId);
    if (task === undefined) return unknown(taskId);
    console.log(options.json === true ? JSON.stringify(task) : JSON.stringify(task, undefined, 2));
    return 0;
  });
}

function unknown(taskId: string): number {
  say(`cluster-router: there is no task "${taskId}"; cluster-router tasks lists them.`);
  return exitCodes.failed;
}
