import type { Workload } from '@cluster-execution/command-policy';
import { normalizeArch, normalizeOs } from '@cluster-execution/node-registry';
import type { Demand } from '../placement/candidate.js';
import type { Context } from '../wiring/context.js';
import type { Judged } from './judge.js';
import type { RunRequest } from './request.js';

/** What the command asks of its node: its workload with the caller's requirements. */
export function demandOf(
  request: RunRequest,
  workload: Workload,
  how: { node?: string; spread: boolean; cwd: string | undefined },
): Demand {
  const os = request.requires_os === undefined ? undefined : normalizeOs(request.requires_os);
  const arch = request.requires_arch === undefined ? undefined : normalizeArch(request.requires_arch);
  return {
    weight: workload.weight,
    quick: workload.quick && request.script === undefined,
    requirements: {
      ...(os === undefined ? {} : { os }),
      ...(arch === undefined ? {} : { arch }),
      ...(request.requires_capabilities === undefined ? {} : { capabilities: request.requires_capabilities }),
    },
    localOnly: !request.auto_route && request.node_id === undefined,
    spread: how.spread,
    ...(workload.kind === undefined ? {} : { kind: workload.kind }),
    ...(how.node === undefined ? {} : { node: how.node }),
    ...(how.cwd === undefined ? {} : { cwd: how.cwd }),
  };
}

/** The node's id, where one was named, and the folder. A named node without a folder means its user's home. */
export function destination(context: Context, judged: Judged): { node?: string; cwd: string | undefined } {
  const { cwd, node_id: name } = judged.request;
  if (name === undefined) return { cwd: cwd ?? context.cwd };
  const id = context.settings().registry.find(name)?.id ?? name;
  return { node: id, cwd };
}
