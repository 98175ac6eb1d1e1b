/** What a task is, or how it ended. One set of words everywhere: store, tools and command line. */
export type Status =
  | 'completed'
  | 'failed'
  | 'timeout'
  | 'cancelled'
  | 'running'
  | 'queued'
  | 'denied'
  | 'needs_approval'
  | 'invalid'
  | 'unschedulable'
  | 'unreachable'
  | 'lost';

/**
 * From each state, the states that may follow. From `running` back to `queued`: the node turned out unreachable
 * before anything ran, and the slot is given back.
 */
const followers: Readonly<Record<Status, readonly Status[]>> = {
  needs_approval: ['queued', 'denied', 'cancelled', 'unschedulable', 'unreachable'],
  queued: ['running', 'needs_approval', 'denied', 'invalid', 'cancelled', 'unschedulable', 'unreachable'],
  running: [
    'queued',
    'completed',
    'failed',
    'timeout',
    'cancelled',
    'invalid',
    'unschedulable',
    'unreachable',
    'lost',
  ],
  completed: [],
  failed: [],
  timeout: [],
  cancelled: [],
  denied: [],
  invalid: [],
  unschedulable: [],
  unreachable: [],
  lost: [],
};

export const statuses = Object.keys(followers) as readonly Status[];

/** All but `queued`, `running` and `needs_approval`: nothing follows them. */
export const terminalStatuses: readonly Status[] = statuses.filter((status) => isTerminal(status));

export function isTerminal(status: Status): boolean {
  return followers[status].length === 0;
}

export function mayFollow(from: Status, to: Status): boolean {
  return followers[from].includes(to);
}
