import Table from 'cli-table3';
import { exitCodes } from '../exit-code.js';
import { interruptible } from '../interrupt.js';
import { printOutput } from '../print-output.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../streams.js';
import { visible } from '../visible.js';
import type { TaskError } from '@cluster-execution/cluster';
import { dropUndefined } from './run-request.js';

/** The stored record of a task, as JSON. */
export async function status(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const task = cluster.tasks.get(taskId);
    if (task === undefined) return unknown(taskId);
    console.log(options.json === true ? JSON.stringify(task) : JSON.stringify(task, undefined, 2));
    return 0;
  });
}

export async function tasks(
  options: CommonOptions & { status?: string; node?: string; limit?: number },
): Promise<number> {
  return withCluster(options, async (cluster) => {
    const answer = cluster.tasks.list(
      dropUndefined({ status: options.status, node_id: options.node, limit: options.limit }),
    );
    if ('error' in answer) return refused(answer, exitCodes.usage);
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
      if (problem !== undefined) return refused(problem, exitCodes.failed);
      return interrupt.exitCode ?? 0;
    } finally {
      interrupt.done();
    }
  });
}

export async function cancel(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const answer = await cluster.tasks.cancel({ task_id: taskId });
    if ('error' in answer) return refused(answer, exitCodes.failed);
    if (options.json === true) printJson(answer);
    else
      say(
        `${answer.task_id}: ${answer.status}${answer.stopped === undefined ? '' : `, processes gone: ${answer.stopped}`}`,
      );
    return answer.status === 'running' || answer.status === 'queued' ? exitCodes.failed : 0;
  });
}

function unknown(taskId: string): number {
  say(`cluster-router: there is no task "${taskId}"; cluster-router tasks lists them.`);
  return exitCodes.failed;
}

function refused(answer: TaskError, code: number): number {
  say(`cluster-router: ${answer.error} [${answer.error_code}] ${answer.hint ?? ''}`.trimEnd());
  return code;
}

function firstLine(command: string): string {
  const [line = ''] = visible(command).split('\n', 1);
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
