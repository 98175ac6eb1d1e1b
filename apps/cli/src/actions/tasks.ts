import Table from 'cli-table3';
import { exitCodes } from '../answers/exit-code.js';
import { Problem } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson } from '../terminal/streams.js';
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
      for (const row of answer.tasks) printJson(row);
      return 0;
    }
    const table = new Table({
      head: ['task', 'status', 'node', 'exit', 'created', 'command'],
      style: { head: [], border: [] },
    });
    for (const row of answer.tasks) {
      table.push([
        row.task_id,
        row.status,
        row.executed_on ?? '–',
        String(row.return_code ?? '–'),
        row.created_at,
        firstLine(row.command),
      ]);
    }
    console.log(table.toString());
    return 0;
  });
}

function firstLine(command: string): string {
  const [line = ''] = visible(command).split('\n', 1);
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
