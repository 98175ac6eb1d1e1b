import type { Status } from './states.js';
import type { NewTask, Owner, Task, TaskChanges } from './task.js';

export interface TaskFilter {
  readonly status?: Status | readonly Status[];
  readonly nodeId?: string;
  /** Default 100. */
  readonly limit?: number;
}

/**
 * The durable record of tasks, shared by all processes of a user. Everything is synchronous: a write takes some ten
 * microseconds. Every method may throw a `TaskStoreError`; those of a file that is sound are `store-busy`,
 * `store-unwritable` and `store-closed`.
 */
export interface TaskStore {
  /** The owner of the tasks that this store creates and reserves: its process. */
  readonly owner: Owner;

  /**
   * `queued` unless said otherwise. May also be born in a terminal state, and `running` where it takes no slot.
   *
   * @throws `illegal-transition` for a running task that takes a slot: only `reserve` may give it one
   */
  create(task: NewTask): Task;

  /**
   * Compare and set: false, and nothing is changed, where the task is no longer in `from` or does not exist. Entering a
   * terminal state stamps `endedAt` and `durationMs` and thereby frees the slot; going back to `queued` gives up node and slot.
   *
   * @throws `illegal-transition` where `to` can never follow a state of `from`, such as a terminal one
   */
  transition(id: string, from: Status | readonly Status[], to: Status, changes?: TaskChanges): boolean;

  /** Changes fields and not the status, while that is one of `whileIn`; false where it is not. */
  amend(id: string, whileIn: Status | readonly Status[], changes: TaskChanges): boolean;

  get(id: string): Task | undefined;

  /** Newest first. */
  list(filter?: TaskFilter): Task[];

  /** How many tasks each node has had, by status. Tasks that never had a node are not in it. */
  countByNodeAndStatus(): ReadonlyMap<string, Readonly<Partial<Record<Status, number>>>>;

  /**
   * Makes a queued task run on a node, if fewer than `slots` tasks of all processes hold a slot there. One that takes no
   * slot always gets through. False where the node is full or the task no longer queued.
   */
  reserve(id: string, nodeId: string, slots: number): boolean;

  /** Slots taken on each node now, by all processes. */
  activeByNode(): ReadonlyMap<string, number>;

  /**
   * Ends the tasks whose owner is gone, and returns them: a running one is `lost`, a queued one `cancelled`. One that
   * waits for approval can still be approved from another process; it is `cancelled` when it is older than `approvalMs`
   * (default: a day).
   */
  reap(isAlive: (owner: Owner) => boolean, approvalMs?: number): Task[];

  /** Asks the owner of a task, which may be another process, to end it. False where it has ended. */
  requestCancel(id: string): boolean;

  /** Ids of this process's own tasks that somebody asked to cancel and that have not ended. */
  cancelsRequested(): string[];

  /** Lets a task run that waits for approval: it is `queued` then, for its owner to go on with. */
  approve(id: string, by: string): boolean;

  /** Takes over a task that waits for approval and whose owner is gone. Adopt first, then approve. */
  adopt(id: string, isAlive: (owner: Owner) => boolean): boolean;

  /** Removes what ended more than `olderThanMs` ago, except the newest `keep` tasks; the ids removed. */
  prune(olderThanMs: number, keep: number): string[];

  close(): void;
}
