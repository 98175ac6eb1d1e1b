import type { Workload } from '@cluster-execution/command-policy';
import type { Work } from '../backends/backend.js';
import type { OutputWriter } from '../outputs/output-folder.js';
import type { Demand } from '../placement/candidate.js';
import type { Judged } from '../request/judge.js';
import type { Context, Hooks } from '../wiring/context.js';
import type { Job } from './job.js';

/** All that a back end needs to answer for one task. */
export function toWork(
  context: Context,
  parts: {
    job: Job;
    judged: Judged;
    demand: Demand;
    workload: Workload;
    hooks: Hooks;
    output: OutputWriter;
    tell: () => void;
  },
): Work {
  const { job, judged, demand, workload, hooks, output, tell } = parts;
  const { request } = judged;
  const seconds = request.timeout_seconds ?? context.settings().configuration.timeouts.commandSeconds;
  const stdin = hooks.stdin ?? (request.stdin === undefined ? undefined : Buffer.from(request.stdin));
  return {
    taskId: job.taskId,
    demand,
    programs: request.script === undefined ? workload.programs : [],
    priority: request.priority,
    ...(request.script === undefined
      ? {}
      : { script: { text: request.script, args: request.script_arguments ?? [] } }),
    onPlacement: (placement) => {
      job.placement = placement;
      if (placement.kind === 'full') tell();
    },
    execution: {
      command: request.command,
      signal: job.controller.signal,
      onStart: tell,
      onOutput: (stream, chunk) => {
        job.captures[stream].push(chunk);
        return both(output.write(stream, chunk), hooks.onOutput?.(stream, chunk));
      },
      ...(demand.cwd === undefined ? {} : { cwd: demand.cwd }),
      ...(request.env === undefined ? {} : { env: request.env }),
      ...(stdin === undefined ? {} : { stdin }),
      ...(seconds === 0 ? {} : { timeoutMs: seconds * 1_000 }),
    },
  };
}

/** Holds the command back while either of two readers is behind. */
function both(first: void | Promise<void>, second: void | Promise<void>): void | Promise<void> {
  if (first === undefined) return second;
  if (second === undefined) return first;
  return Promise.all([first, second]).then(() => undefined);
}
