import { exitCodes } from '../answers/exit-code.js';
import { Problem } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';

/** Ends a task and all that it started, whichever process runs it. */
export async function cancel(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const answer = await cluster.tasks.cancel({ task_id: taskId });
    if ('error' in answer) throw new Problem(answer, exitCodes.failed);
    if (options.json === true) await printJson(answer);
    else
      say(
        `${answer.task_id}: ${answer.status}${answer.stopped === undefined ? '' : `, processes gone: ${answer.stopped}`}`,
      );
    return answer.status === 'running' || answer.status === 'queued' ? exitCodes.failed : 0;
  });
}
