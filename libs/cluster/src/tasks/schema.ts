/**
 * One step for each version of the file (`PRAGMA user_version`): a step already released is never edited, a change is a
 * new step. `ended_at` is set exactly for terminal states, so the partial index holds active tasks only.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    command TEXT NOT NULL,
    script TEXT,
    requirements TEXT NOT NULL,
    priority REAL NOT NULL,
    metadata TEXT NOT NULL,
    status TEXT NOT NULL,
    submitted_from TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    assigned_to TEXT,
    started_at INTEGER,
    ended_at INTEGER,
    exit_code INTEGER,
    signal TEXT,
    stopped TEXT,
    error TEXT,
    error_code TEXT,
    hint TEXT,
    cwd TEXT,
    timeout_seconds REAL,
    weight TEXT,
    takes_slot INTEGER NOT NULL,
    stdout_bytes INTEGER,
    stderr_bytes INTEGER,
    duration_ms REAL,
    decision TEXT,
    routing TEXT,
    owner TEXT,
    cancel_requested INTEGER,
    approved_by TEXT
  ) STRICT;
  CREATE INDEX tasks_active ON tasks (status, assigned_to, takes_slot) WHERE ended_at IS NULL;
  `,
];

export const SCHEMA_VERSION = migrations.length;
