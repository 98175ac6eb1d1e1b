import type { Status } from './states.js';

/** The process that answers for a task until it has ended. */
export interface Owner {
  readonly pid: number;
  /** As the system tells it (`processStartTime`): guards against a process id that was given out again. */
  readonly startedAt: string;
  readonly host: string;
}

export interface TaskRequirements {
  readonly os?: string;
  readonly arch?: string;
  readonly capabilities?: readonly string[];
}

/** One command or script, from the moment it is accepted to how it ended. Times are milliseconds since 1970. */
export interface Task {
  /** Begins with `t_`; sorts by time. */
  readonly id: string;
  readonly type: 'command' | 'script';
  readonly command: string;
  /** The text of a script. */
  readonly script?: string;
  readonly requirements: TaskRequirements;
  /** Lower first. */
  readonly priority: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: Status;
  /** The node that it was submitted on. */
  readonly submittedFrom: string;
  readonly createdAt: number;
  readonly assignedTo?: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stopped?: 'yes' | 'no' | 'unknown';
  readonly error?: string;
  readonly errorCode?: string;
  readonly hint?: string;
  readonly cwd?: string;
  /** 0 or absent: none. */
  readonly timeoutSeconds?: number;
  readonly weight?: 'light' | 'heavy';
  /** False for a command of quick programs alone. */
  readonly takesSlot: boolean;
  readonly stdoutBytes?: number;
  readonly stderrBytes?: number;
  readonly durationMs?: number;
  /** The policy's verdict and findings, as JSON. */
  readonly decision?: unknown;
  /** The placement, as JSON. */
  readonly routing?: unknown;
  readonly owner?: Owner;
  readonly cancelRequested?: boolean;
  /** Who let a `needs_approval` task run. */
  readonly approvedBy?: string;
}

/** What the creator of a task says of it. `env` and `stdin` are never stored. */
export type NewTask = Pick<Task, 'command' | 'submittedFrom'> &
  Partial<Omit<Task, 'id' | 'command' | 'submittedFrom' | 'createdAt' | 'cancelRequested' | 'approvedBy'>>;

/** What may change along with the status; `undefined` clears a field. */
export type TaskChanges = {
  readonly [
    Field in Exclude<
      keyof Task,
      'id' | 'type' | 'command' | 'script' | 'submittedFrom' | 'createdAt' | 'status'
    >
  ]?: Task[Field] | undefined;
};
