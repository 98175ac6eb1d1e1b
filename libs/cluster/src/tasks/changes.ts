import { columnOf, encode } from './columns.js';
import { isTerminal, mayFollow, type Status } from './states.js';
import { fragment, type Fragment } from './statements.js';
import { TaskStoreError } from './store-error.js';
import type { Task, TaskChanges } from './task.js';

/** @throws `illegal-transition` */
export function requireLegal(id: string, from: readonly Status[], to: Status): void {
  const wrong = from.find((status) => !mayFollow(status, to));
  if (wrong === undefined) return;
  const why = isTerminal(wrong) ? `${wrong} is final` : `${to} does not follow ${wrong}`;
  throw new TaskStoreError('illegal-transition', `task ${id} cannot go from ${wrong} to ${to}: ${why}`);
}

export function assignmentsOf(changes: TaskChanges): Fragment[] {
  return Object.entries(changes).map(([field, value]) =>
    fragment(`${columnOf(field as keyof Task)} = ?`, encode(field as keyof Task, value)),
  );
}

/** The new status, what the caller changes with it, and what follows from the status by itself. */
export function transitionTo(to: Status, changes: TaskChanges, nowMs: number): Fragment[] {
  const implied: Fragment[] = [];
  const imply = (field: keyof TaskChanges, expression: Fragment) => {
    if (!(field in changes))
      implied.push(fragment(`${columnOf(field)} = ${expression.sql}`, ...expression.values));
  };
  if (to === 'running') imply('startedAt', fragment('?', nowMs));
  if (to === 'queued') {
    imply('assignedTo', fragment('NULL'));
    imply('startedAt', fragment('NULL'));
  }
  // A terminal state must have its time, whatever the caller says: an index and the slots go by it.
  if (isTerminal(to)) {
    const endedAt = changes.endedAt ?? nowMs;
    imply('durationMs', fragment('max(0, ? - started_at)', endedAt));
    return [fragment('status = ?', to), ...assignmentsOf({ ...changes, endedAt }), ...implied];
  }
  return [fragment('status = ?', to), ...assignmentsOf({ ...changes, endedAt: undefined }), ...implied];
}
