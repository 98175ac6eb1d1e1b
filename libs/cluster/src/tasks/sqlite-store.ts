import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { assignmentsOf, requireLegal, transitionTo } from './changes.js';
import { columnOf, encode, fieldNames, toTask } from './columns.js';
import { DATABASE_NAME, openDatabaseFile, type StoreEvent } from './database-file.js';
import { thisProcess } from './process-start-time.js';
import { reapTasks } from './reap.js';
import { isTerminal, type Status } from './states.js';
import { createStatements, fragment, isOneOf, type Fragment } from './statements.js';
import { TaskStoreError } from './store-error.js';
import type { TaskFilter, TaskStore } from './store.js';
import { createTaskId } from './task-id.js';
import type { NewTask, Owner, Task } from './task.js';
import type { Wake } from './wake.js';

export interface TaskStoreOptions {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly random?: (byteCount: number) => Uint8Array;
  /** Rung after each change that another process, or another part of this one, may wait for. */
  readonly wake?: Wake;
  readonly onEvent?: (event: StoreEvent) => void;
  /** Default: this process. */
  readonly owner?: Owner;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const holdsSlot = "ended_at IS NULL AND status = 'running' AND takes_slot = 1";
const insert = `INSERT INTO tasks (${fieldNames.map(columnOf).join(', ')}) VALUES (${fieldNames.map(() => '?').join(', ')})`;

/**
 * Opens the task record in a folder, in SQLite: durable when the process dies (when the power fails, the last
 * moments may be missing, never torn).
 *
 * @throws TaskStoreError: `sqlite-missing`, `store-too-new`, `store-unwritable`, `store-busy`
 */
export async function openTaskStore(options: TaskStoreOptions): Promise<TaskStore> {
  const { folder, now = Date.now, random = drawRandom(), wake, onEvent = () => undefined } = options;
  const owner = options.owner ?? thisProcess();
  const database = await openDatabaseFile(folder, now(), onEvent);
  const statements = createStatements(database, join(folder, DATABASE_NAME));

  let isClosed = false;

  function changed(wasChanged: boolean): boolean {
    if (wasChanged) wake?.ring();
    return wasChanged;
  }

  return {
    owner,

    create(task) {
      const created = complete(task, createTaskId(now(), random), now(), owner);
      const values = fieldNames.map((field) => encode(field, created[field]));
      statements.run({ sql: insert, values });
      return created;
    },

    transition(id, from, to, changes = {}) {
      const sources = asList(from);
      requireLegal(id, sources, to);
      const conditions = [fragment('id = ?', id), isOneOf('status', sources)];
      const wasChanged = statements.update(transitionTo(to, changes, now()), conditions);
      // Another process may wait for the end, or for the slot. Nobody waits for a start.
      return to === 'running' ? wasChanged : changed(wasChanged);
    },

    amend(id, whileIn, changes) {
      const assignments = assignmentsOf(changes);
      if (assignments.length === 0) return true;
      return statements.update(assignments, [fragment('id = ?', id), isOneOf('status', asList(whileIn))]);
    },

    get(id) {
      const row = statements.get(fragment('SELECT * FROM tasks WHERE id = ?', id));
      return row === undefined ? undefined : toTask(row);
    },

    list(filter = {}) {
      return statements.all(selection(filter)).map(toTask);
    },

    countByNodeAndStatus() {
      const counts = new Map<string, Partial<Record<Status, number>>>();
      const sql =
        'SELECT assigned_to, status, count(*) AS n FROM tasks WHERE assigned_to IS NOT NULL GROUP BY assigned_to, status';
      for (const row of statements.all(fragment(sql))) {
        const node = String(row['assigned_to']);
        counts.set(node, { ...counts.get(node), [String(row['status'])]: Number(row['n']) });
      }
      return counts;
    },

    reserve(id, nodeId, slots) {
      // One statement: SQLite holds the write lock from before the count until after the change.
      return statements.update(transitionTo('running', { assignedTo: nodeId, owner }, now()), [
        fragment('id = ?', id),
        fragment("status = 'queued'"),
        fragment(
          `(takes_slot = 0 OR (SELECT count(*) FROM tasks WHERE ${holdsSlot} AND assigned_to = ?) < ?)`,
          nodeId,
          slots,
        ),
      ]);
    },

    activeByNode() {
      const sql = `SELECT assigned_to, count(*) AS n FROM tasks WHERE ${holdsSlot} GROUP BY assigned_to`;
      return new Map(
        statements.all(fragment(sql)).map((row) => [String(row['assigned_to']), Number(row['n'])]),
      );
    },

    reap(isAlive, approvalMs = DAY_MS) {
      const ended = reapTasks(statements, isAlive, now(), now() - approvalMs);
      changed(ended.length > 0);
      return ended;
    },

    requestCancel(id) {
      const conditions = [fragment('id = ?', id), fragment('ended_at IS NULL')];
      return changed(statements.update([fragment('cancel_requested = 1')], conditions));
    },

    cancelsRequested() {
      // Ids sort by time; told to sort, SQLite would go through all tasks that ever were.
      const sql = 'SELECT id FROM tasks WHERE ended_at IS NULL AND cancel_requested = 1 AND owner = ?';
      const rows = statements.all(fragment(sql, encode('owner', owner)));
      return rows.map((row) => String(row['id'])).sort();
    },

    approve(id, by) {
      const conditions = [fragment('id = ?', id), fragment("status = 'needs_approval'")];
      return changed(statements.update(transitionTo('queued', { approvedBy: by }, now()), conditions));
    },

    adopt(id, isAlive) {
      const row = statements.get(
        fragment("SELECT owner FROM tasks WHERE id = ? AND status = 'needs_approval'", id),
      );
      if (row === undefined) return false;
      const previous = row['owner'] ?? null;
      if (previous !== null && isAlive(JSON.parse(String(previous)) as Owner)) return false;
      // Only from the owner that was looked at: of two processes that adopt at once, one gets it.
      return statements.update(assignmentsOf({ owner }), [
        fragment('id = ?', id),
        fragment("status = 'needs_approval'"),
        fragment('owner IS ?', previous),
      ]);
    },

    prune(olderThanMs, keep) {
      const sql = `DELETE FROM tasks WHERE ended_at < ?
        AND seq NOT IN (SELECT seq FROM tasks ORDER BY seq DESC LIMIT ?) RETURNING id`;
      return statements.all(fragment(sql, now() - olderThanMs, keep)).map((row) => String(row['id']));
    },

    close() {
      if (isClosed) return;
      isClosed = true;
      database.close();
    },
  };
}

/** Random bytes from a supply that is made anew when it is used up: each draw from the system's own takes longer than all else. */
function drawRandom(): (byteCount: number) => Uint8Array {
  let supply = Buffer.alloc(0);
  return (byteCount) => {
    if (supply.length < byteCount) supply = randomBytes(1_024);
    const drawn = supply.subarray(0, byteCount);
    supply = supply.subarray(byteCount);
    return drawn;
  };
}

/** Fills in what the creator left out. */
function complete(task: NewTask, id: string, nowMs: number, owner: Owner): Task {
  const { status = 'queued', takesSlot = true } = task;
  if (status === 'running' && takesSlot) {
    const message = `task ${id} cannot be created running with a slot: create it queued and reserve one`;
    throw new TaskStoreError('illegal-transition', message);
  }
  return {
    type: 'command',
    requirements: {},
    priority: 5,
    metadata: {},
    owner,
    ...(status === 'running' ? { startedAt: nowMs } : {}),
    ...task,
    ...(isTerminal(status) ? { endedAt: task.endedAt ?? nowMs } : {}),
    id,
    status,
    takesSlot,
    createdAt: nowMs,
  };
}

function selection({ status, nodeId, limit = 100 }: TaskFilter): Fragment {
  const conditions: Fragment[] = [];
  if (status !== undefined) conditions.push(isOneOf('status', asList(status)));
  if (nodeId !== undefined) conditions.push(fragment('assigned_to = ?', nodeId));
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : '';
  const values = [...conditions.flatMap((condition) => condition.values), limit];
  return { sql: `SELECT * FROM tasks ${where} ORDER BY seq DESC LIMIT ?`, values };
}

function asList(status: Status | readonly Status[]): readonly Status[] {
  return typeof status === 'string' ? [status] : status;
}
