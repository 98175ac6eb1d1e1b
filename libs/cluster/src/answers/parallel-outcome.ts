import type { Status } from '../tasks/states.js';
import type { Outcome } from './outcome.js';

/** One result for each command, in the order given, and what they add up to. */
export interface ParallelOutcome {
  results: Outcome[];
  summary: { total: number; succeeded: number; failed: number; by_status: Partial<Record<Status, number>> };
}

export function summarise(results: Outcome[]): ParallelOutcome {
  const byStatus: Partial<Record<Status, number>> = {};
  for (const { status } of results) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const succeeded = results.filter(({ success }) => success).length;
  const open = results.filter(
    ({ status }) => status === 'running' || status === 'queued' || status === 'needs_approval',
  ).length;
  return {
    results,
    summary: {
      total: results.length,
      succeeded,
      failed: results.length - succeeded - open,
      by_status: byStatus,
    },
  };
}
