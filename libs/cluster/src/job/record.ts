import type { Dispatched } from '../backends/backend.js';
import type { Exit } from '../execution/executor.js';
import { isTerminal, type Status } from '../tasks/states.js';
import type { TaskStore } from '../tasks/store.js';
import type { Job, Recorded } from './job.js';

/** Writes how a task ended; its slot is free with that. Gives what an answer wants of the record, where it need not be read for that. */
export function record(store: TaskStore, job: Job, dispatched: Dispatched): Recorded | undefined {
  // What was executed runs, as far as the record knows; only where it does not, that is looked at.
  if (dispatched.kind === 'executed') {
    const written = end(store, job, 'running', dispatched);
    if (written !== undefined) return { ...written, assignedTo: dispatched.node };
  }
  const before = store.get(job.taskId)?.status;
  if (before === undefined || isTerminal(before)) return undefined; // somebody else has ended it: a denial, a cancel
  const neverRan = before !== 'running' && dispatched.kind === 'executed';
  end(store, job, before, neverRan ? { kind: 'cancelled' } : dispatched);
  return undefined;
}

function end(store: TaskStore, job: Job, from: Status, dispatched: Dispatched): Recorded | undefined {
  const { status, changes } = ending(dispatched);
  const bytes = { stdoutBytes: job.captures.stdout.bytes, stderrBytes: job.captures.stderr.bytes };
  const routing = job.placement === undefined ? {} : { routing: job.placement };
  const isWritten = store.transition(job.taskId, from, status, { ...changes, ...bytes, ...routing });
  return isWritten ? { id: job.taskId, command: job.command, status, ...changes, ...bytes } : undefined;
}

const unread =
  'Something that it left behind still held its output open a second after its end: what that prints since is not in ' +
  'the output. Let the command wait for it, or send its output to a file.';

/** Nothing of it ever ran, so nothing of it is left. */
export const neverStarted: Changes = {
  error: 'Cancelled before it started.',
  errorCode: 'cancelled',
  stopped: 'yes',
};

type Changes = Partial<Omit<Recorded, 'id' | 'command' | 'status' | 'metadata'>>;

interface Ending {
  status: Status;
  changes: Changes;
}

function ending(dispatched: Dispatched): Ending {
  switch (dispatched.kind) {
    case 'executed':
      return {
        ...endingOf(dispatched.exit),
        changes: {
          ...endingOf(dispatched.exit).changes,
          durationMs: dispatched.durationMs,
          ...(dispatched.outputOpen === true && { hint: unread }),
        },
      };
    case 'cancelled':
      return { status: 'cancelled', changes: neverStarted };
    case 'unschedulable':
    case 'unreachable':
      return {
        status: dispatched.kind,
        changes: {
          error: dispatched.error,
          errorCode: dispatched.code,
          ...(dispatched.hint === undefined ? {} : { hint: dispatched.hint }),
        },
      };
  }
}

function endingOf(exit: Exit): Ending {
  switch (exit.kind) {
    case 'exited':
      return { status: exit.code === 0 ? 'completed' : 'failed', changes: { exitCode: exit.code } };
    case 'signaled':
      return {
        status: 'failed',
        changes: { signal: exit.signal, error: `Ended by ${exit.signal}.`, errorCode: 'signaled' },
      };
    case 'timeout':
      return {
        status: 'timeout',
        changes: {
          stopped: exit.stopped,
          error: `Its time limit was over. ${whatIsLeft[exit.stopped]}`,
          errorCode: 'timeout',
          hint: 'Give it more with timeout_seconds, or 0 for no limit.',
        },
      };
    case 'cancelled':
      return {
        status: 'cancelled',
        changes: {
          stopped: exit.stopped,
          error: `It was cancelled. ${whatIsLeft[exit.stopped]}`,
          errorCode: 'cancelled',
        },
      };
    case 'lost':
      return {
        status: 'lost',
        changes: {
          error: 'The connection was cut before its end was seen: it may have run, or run on.',
          errorCode: 'connection-lost',
          hint: 'Look on the node what it did before running it again.',
        },
      };
  }
}

const whatIsLeft = {
  yes: 'All its processes are gone.',
  no: 'Some of its processes are still there.',
  unknown: 'Whether its processes are gone could not be seen.',
};
