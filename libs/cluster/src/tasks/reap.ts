import { toTask } from './columns.js';
import { transitionTo } from './changes.js';
import type { Status } from './states.js';
import { fragment, isOneOf, type Statements } from './statements.js';
import type { Owner, Task, TaskChanges } from './task.js';

const orphaned: Partial<Record<Status, readonly [Status, TaskChanges]>> = {
  running: [
    'lost',
    {
      errorCode: 'owner-gone',
      error: 'The process that ran the command ended without recording how the command did.',
      hint: 'The command may have run, and may still run: look at the node before you run it again.',
      stopped: 'unknown',
    },
  ],
  queued: [
    'cancelled',
    {
      errorCode: 'owner-gone',
      error: 'The process that held the command ended before the command had started.',
      hint: 'Nothing ran: submit it again.',
    },
  ],
  needs_approval: [
    'cancelled',
    {
      errorCode: 'approval-expired',
      error: 'Nobody approved the command while the process that held it ran, nor for long after.',
      hint: 'Nothing ran: submit it again.',
    },
  ],
};

/** Ends the tasks whose owner is gone; those that wait for approval only when they were created before `approvalSince`. */
export function reapTasks(
  statements: Statements,
  isAlive: (owner: Owner) => boolean,
  nowMs: number,
  approvalSince: number,
): Task[] {
  const owners = statements.all(
    fragment('SELECT DISTINCT owner FROM tasks WHERE ended_at IS NULL AND owner IS NOT NULL'),
  );
  const gone = owners
    .map((row) => String(row['owner']))
    .filter((owner) => !isAlive(JSON.parse(owner) as Owner));
  if (gone.length === 0) return [];
  const owned = isOneOf('owner', gone);
  const left = statements.all(
    // The plus keeps SQLite from going through all tasks that ever were, for the sake of their order.
    fragment(`SELECT * FROM tasks WHERE ended_at IS NULL AND ${owned.sql} ORDER BY +seq`, ...owned.values),
  );
  return left.flatMap((row) => {
    const task = toTask(row);
    const [to, changes] = orphaned[task.status] ?? [];
    if (to === undefined || changes === undefined) return [];
    if (task.status === 'needs_approval' && task.createdAt >= approvalSince) return [];
    const ended = statements.updated(transitionTo(to, changes, nowMs), [
      fragment('id = ?', task.id),
      fragment('status = ?', task.status),
      fragment('owner = ?', row['owner'] ?? null),
    ]);
    return ended === undefined ? [] : [toTask(ended)];
  });
}
