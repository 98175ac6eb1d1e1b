import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Task } from './task.js';

export type Row = Record<string, SQLOutputValue>;

type Kind = 'plain' | 'boolean' | 'json';

/** Every field of a task and how it lies in the table; the compiler sees to it that none is forgotten. */
const fields: Readonly<Record<keyof Task, readonly [column: string, kind: Kind]>> = {
  id: ['id', 'plain'],
  type: ['type', 'plain'],
  command: ['command', 'plain'],
  script: ['script', 'plain'],
  requirements: ['requirements', 'json'],
  priority: ['priority', 'plain'],
  metadata: ['metadata', 'json'],
  status: ['status', 'plain'],
  submittedFrom: ['submitted_from', 'plain'],
  createdAt: ['created_at', 'plain'],
  assignedTo: ['assigned_to', 'plain'],
  startedAt: ['started_at', 'plain'],
  endedAt: ['ended_at', 'plain'],
  exitCode: ['exit_code', 'plain'],
  signal: ['signal', 'plain'],
  stopped: ['stopped', 'plain'],
  error: ['error', 'plain'],
  errorCode: ['error_code', 'plain'],
  hint: ['hint', 'plain'],
  cwd: ['cwd', 'plain'],
  timeoutSeconds: ['timeout_seconds', 'plain'],
  weight: ['weight', 'plain'],
  takesSlot: ['takes_slot', 'boolean'],
  stdoutBytes: ['stdout_bytes', 'plain'],
  stderrBytes: ['stderr_bytes', 'plain'],
  durationMs: ['duration_ms', 'plain'],
  decision: ['decision', 'json'],
  routing: ['routing', 'json'],
  owner: ['owner', 'json'],
  cancelRequested: ['cancel_requested', 'boolean'],
  approvedBy: ['approved_by', 'plain'],
};

export const fieldNames = Object.keys(fields) as readonly (keyof Task)[];

export function columnOf(field: keyof Task): string {
  return fields[field][0];
}

/** `undefined` becomes NULL. */
export function encode(field: keyof Task, value: unknown): SQLInputValue {
  if (value === undefined) return null;
  const kind = fields[field][1];
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'boolean') return value ? 1 : 0;
  return value as SQLInputValue;
}

/** NULL becomes an absent field. */
export function toTask(row: Row): Task {
  const present = fieldNames.flatMap((field) => {
    const [column, kind] = fields[field];
    const value = row[column];
    return value === null || value === undefined ? [] : [[field, decode(kind, value)] as const];
  });
  return Object.fromEntries<unknown>(present) as Partial<Task> as Task;
}

function decode(kind: Kind, value: SQLOutputValue): unknown {
  if (kind === 'json') return JSON.parse(String(value));
  return kind === 'boolean' ? value === 1 : value;
}
