import { destination } from '../request/demand.js';
import type { Judged } from '../request/judge.js';
import type { Context } from '../wiring/context.js';
import { createJob, type Job } from './job.js';

/** Makes the durable record of a command that was understood, with the policy's decision in it. */
export function enter(context: Context, judged: Judged): Job {
  const { request, judgement, workload } = judged;
  const { cwd } = destination(context, judged);
  const { registry, configuration } = context.settings();
  const autoRouted = request.auto_route && request.node_id === undefined;
  const task = context.store.create({
    type: request.script === undefined ? 'command' : 'script',
    command: request.command,
    requirements: {
      ...(request.requires_os === undefined ? {} : { os: request.requires_os }),
      ...(request.requires_arch === undefined ? {} : { arch: request.requires_arch }),
      ...(request.requires_capabilities === undefined ? {} : { capabilities: request.requires_capabilities }),
    },
    priority: request.priority,
    // Not the values: they may be secrets. That there were some decides whether another process may run it.
    metadata: { ...request.metadata, autoRouted, ...recall(request) },
    submittedFrom: registry.local.id,
    weight: workload.weight,
    takesSlot: !workload.quick || request.script !== undefined,
    timeoutSeconds: request.timeout_seconds ?? configuration.timeouts.commandSeconds,
    decision: judgement,
    // Ours too where none was given: it may be approved, and then run, by a process in another folder.
    ...(cwd === undefined ? {} : { cwd }),
    ...(request.script === undefined ? {} : { script: request.script }),
  });
  return createJob(task, autoRouted);
}

function recall(request: Judged['request']): Record<string, unknown> {
  return {
    ...(request.node_id === undefined ? {} : { nodeId: request.node_id }),
    ...(request.script_arguments === undefined ? {} : { scriptArguments: request.script_arguments }),
    ...(request.env === undefined ? {} : { hasEnv: true }),
    ...(request.stdin === undefined ? {} : { hasStdin: true }),
  };
}
