import { noTask } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';

/** The stored record of a task, as JSON. */
export async function status(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const task = cluster.tasks.get(taskId);
    if (task === undefined) throw noTask(taskId);
    console.log(options.json === true ? JSON.stringify(task) : JSON.stringify(task, undefined, 2));
    return 0;
  });
}
