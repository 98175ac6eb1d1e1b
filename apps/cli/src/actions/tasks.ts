import { exitCodes } from '../answers/exit-code.js';
import { Problem } from '../answers/problem.js';
import { table } from '../answers/table.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';
import { visible } from '../terminal/visible.js';
import { given } from './given.js';

/** The tasks on record, newest first. */
export async function tasks(
  options: CommonOptions & { status?: string; node?: string; limit?: number },
): Promise<number> {
  return withCluster(options, async (cluster) => {
    const answer = cluster.tasks.list(
      given({ status: options.status, node_id: options.node, limit: options.limit }),
    );
    if ('error' in answer) throw new Problem(answer, exitCodes.usage);
    if (options.json === true) {
      for (const row of answer.tasks) await printJson(row);
      return 0;
    }
    if (answer.tasks.length === 0) say('There is no such task on record.');
    const rows = answer.tasks.map((row) => [
      row.task_id,
      row.status,
      row.executed_on ?? '–',
      String(row.return_code ?? '–'),
      row.created_at,
      firstLine(row.command),
    ]);
    console.log(table(['task', 'status', 'node', 'exit', 'created', 'command'], rows));
    return 0;
  });
}

function firstLine(command: string): string {
  const [line = ''] = visible(command).split('\n', 1);
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
