import { z } from 'zod';
import { invalidArguments, type TaskError } from '../answers/task-error.js';
import type { FleetNode } from '../backends/direct/fleet.js';
import { slotsOf } from '../backends/direct/fleet.js';
import { describe } from '../observation/observer.js';
import type { Observation } from '../observation/observer.js';
import { isOverloaded } from '../placement/overload.js';
import { checked } from '../request/request.js';
import type { Context } from '../wiring/context.js';
import { present } from '../wiring/present.js';
import type { Settings } from '../wiring/settings.js';

export const statusFields = {
  node_ids: z
    .array(z.string().min(1))
    .max(10_000)
    .optional()
    .describe('Only these: ids, aliases, node sets, @groups.'),
  max_age_seconds: z
    .number()
    .min(0)
    .max(3_600)
    .optional()
    .describe('Figures at most this old will do; 0 looks anew. Default 2.'),
};
const schema = z.strictObject(statusFields);

/** One node as it was seen. A figure that could not be had is absent. */
export interface NodeStatus {
  reachable: boolean;
  status?: 'healthy' | 'overloaded';
  cpu_percent?: number;
  memory_percent?: number;
  load_1m?: number;
  cpu_count?: number;
  active_tasks: number;
  max_tasks?: number;
  os?: string;
  arch?: string;
  hostname?: string;
  /** As the inventory has them; absent where there are none. */
  capabilities?: readonly string[];
  specialties?: readonly string[];
  aliases?: readonly string[];
  age_ms: number;
  cordoned: boolean;
  why?: string;
  error?: string;
  error_code?: string;
  hint?: string;
}

export interface ClusterStatus {
  local_node: string;
  nodes: Record<string, NodeStatus>;
  /** The configuration file could not be read again; the last good one holds. */
  configuration_error?: string;
  error?: string;
  hint?: string;
}

/** How the nodes asked for are now. `failure` is why the configuration could not be read again, if so. */
export async function readStatus(
  context: Context,
  input: unknown,
  failure: Error | undefined,
  now: () => number,
): Promise<ClusterStatus | TaskError> {
  const parsed = checked(schema, input);
  if (!parsed.ok) return invalidArguments(parsed.error);
  const settings = context.settings();
  const wanted = idsOf(settings, parsed.value.node_ids);
  if ('error' in wanted) return wanted;
  const answer = await statusOf(
    settings,
    wanted.ids,
    (parsed.value.max_age_seconds ?? 2) * 1_000,
    context.store.activeByNode(),
    now,
  );
  return failure === undefined ? answer : { ...answer, configuration_error: failure.message };
}

function idsOf(
  { fleet, registry }: ReturnType<Context['settings']>,
  asked: readonly string[] | undefined,
): { ids: readonly string[] } | TaskError {
  if (asked === undefined) return { ids: fleet.nodes.map(({ id }) => id) };
  const hint = `The nodes are: ${registry.nodes.map(({ id }) => id).join(', ')}.`;
  try {
    const { ids, unknown } = registry.expand(asked.join(','));
    if (unknown.length === 0) return { ids };
    return { error: `There is no node ${unknown.join(', ')}.`, error_code: 'unknown-node', hint };
  } catch (error) {
    const { code, message } = describe(error);
    if (!code.startsWith('node-set-')) throw error;
    return { error: message, error_code: code, hint };
  }
}

/** Looks at the nodes, all at once. `active` is how many tasks hold a slot on each. */
async function statusOf(
  settings: Settings,
  ids: readonly string[],
  maxAgeMs: number,
  active: ReadonlyMap<string, number>,
  now: () => number,
): Promise<ClusterStatus> {
  const wanted = settings.fleet.nodes.filter(({ id }) => ids.includes(id));
  const entries = await Promise.all(
    wanted.map(async (node) => {
      const observation = await node.observer.observe(maxAgeMs);
      return [node.id, nodeStatus(node, observation, settings, active.get(node.id) ?? 0, now())] as const;
    }),
  );
  return { local_node: settings.registry.local.id, nodes: Object.fromEntries(entries) };
}

/** What a caller may ask for and call it by. */
function offers(settings: Settings, id: string) {
  const entry = settings.registry.nodes.find((node) => node.id === id);
  const some = (words: readonly string[] = []) => (words.length === 0 ? undefined : words);
  return {
    capabilities: some(entry?.capabilities),
    specialties: some(entry?.specialties),
    aliases: some(entry?.aliases),
  };
}

function nodeStatus(
  node: FleetNode,
  seen: Observation,
  settings: Settings,
  active: number,
  now: number,
): NodeStatus {
  const snapshot = seen.snapshot;
  const load = {
    cpuPercent: snapshot?.cpu.percent,
    load1m: snapshot?.load['1m'],
    memoryPercent: snapshot?.memory.percent,
  };
  const overload = isOverloaded(present(load), settings.fleet.thresholds);
  return {
    reachable: seen.reachable,
    active_tasks: active,
    cordoned: node.cordoned,
    age_ms: Math.max(0, Math.round(now - seen.takenAt)),
    ...present({
      status: seen.reachable
        ? overload.overloaded
          ? ('overloaded' as const)
          : ('healthy' as const)
        : undefined,
      why: overload.why,
      cpu_percent: load.cpuPercent,
      memory_percent: load.memoryPercent,
      load_1m: load.load1m,
      cpu_count: snapshot?.cpu.count ?? seen.facts?.cores,
      max_tasks: node.maxTasks ?? (seen.facts === undefined ? undefined : slotsOf(node, seen.facts.cores)),
      os: node.os ?? seen.facts?.os,
      arch: node.arch ?? seen.facts?.arch,
      hostname: snapshot?.hostname,
      ...offers(settings, node.id),
      error: seen.error?.message,
      error_code: seen.error?.code,
      hint: seen.error?.hint,
    }),
  };
}
