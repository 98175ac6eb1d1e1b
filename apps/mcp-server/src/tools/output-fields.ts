import { terminalStatuses, type Status } from '@cluster-execution/cluster';
import { z } from 'zod';

const words: readonly Status[] = [...terminalStatuses, 'running', 'queued', 'needs_approval'];
export const statusWord = z.enum(words as [Status, ...Status[]]);

/** What every tool adds where something is wrong. */
export const problemFields = {
  error: z.string().optional().describe('What went wrong.'),
  error_code: z.string().optional().describe('Its stable code.'),
  hint: z.string().optional().describe('What to do next.'),
};

const nodeVerdict = z.looseObject({
  feasible: z.boolean(),
  score: z.number().optional(),
  reasons: z.array(z.string()),
});

export const routing = z.looseObject({
  chosen: z.string().optional(),
  reason: z.string(),
  nodes: z.record(z.string(), nodeVerdict),
});

/** The answer of a run. Optional is also what gives way where an answer would be too long. */
export const outcomeFields = {
  status: statusWord,
  success: z.boolean().describe('true for return_code 0 and nothing else.'),
  command: z.string(),
  task_id: z.string().optional().describe('For task_output, task_cancel; absent where nothing was begun.'),
  executed_on: z.string().optional(),
  return_code: z.number().int().optional().describe('Absent after a signal or a timeout.'),
  signal: z.string().optional(),
  duration_ms: z.number().optional(),
  auto_routed: z.boolean().optional(),
  stdout: z.string().optional().describe('Head and tail where long.'),
  stderr: z.string().optional().describe('Head and tail where long.'),
  stdout_bytes: z.number().int().optional().describe('All of it, in bytes.'),
  stderr_bytes: z.number().int().optional().describe('All of it, in bytes.'),
  truncated: z.boolean().optional().describe('true: task_output has the rest.'),
  stopped: z
    .enum(['yes', 'no', 'unknown'])
    .optional()
    .describe('After a timeout or cancel: are all its processes gone?'),
  routing: routing.optional().describe('Where it went, and what was made of every node that was looked at.'),
  ...problemFields,
};
