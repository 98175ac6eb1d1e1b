import { answerLimit, type TaskRow } from '@cluster-execution/cluster';

/** Keeps the list under the limit: first the commands are shortened, then the oldest tasks left out. */
export function fitTasks(
  tasks: readonly TaskRow[],
  limit = answerLimit,
): { tasks: TaskRow[]; left_out?: number } {
  for (const length of [500, 200, 80]) {
    const shown = { tasks: tasks.map((task) => shortened(task, length)) };
    if (size(shown) < limit) return shown;
  }
  const kept: TaskRow[] = [];
  let used = 100;
  for (const task of tasks) {
    const row = shortened(task, 80);
    used += size(row) + 1;
    if (used >= limit) break;
    kept.push(row);
  }
  return { tasks: kept, left_out: tasks.length - kept.length };
}

function shortened(task: TaskRow, length: number): TaskRow {
  return task.command.length <= length ? task : { ...task, command: `${task.command.slice(0, length - 1)}…` };
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}
