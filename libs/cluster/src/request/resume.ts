import type { Task } from '../tasks/task.js';

/** The request that a record came from, as far as it is stored. */
export function requestOf(task: Task): Record<string, unknown> {
  const { os, arch, capabilities } = task.requirements;
  const { nodeId, scriptArguments } = task.metadata;
  return {
    command: task.command,
    priority: task.priority,
    auto_route: task.metadata['autoRouted'] === true || nodeId !== undefined,
    ...(task.cwd === undefined ? {} : { cwd: task.cwd }),
    ...(task.script === undefined ? {} : { script: task.script }),
    ...(scriptArguments === undefined ? {} : { script_arguments: scriptArguments }),
    ...(task.timeoutSeconds === undefined ? {} : { timeout_seconds: task.timeoutSeconds }),
    ...(os === undefined ? {} : { requires_os: os }),
    ...(arch === undefined ? {} : { requires_arch: arch }),
    ...(capabilities === undefined ? {} : { requires_capabilities: capabilities }),
    ...(nodeId === undefined ? {} : { node_id: nodeId }),
  };
}
