import { executeScript } from '../../execution/script.js';
import { describe } from '../../observation/observer.js';
import type { Placement } from '../../placement/placement.js';
import type { TaskStore } from '../../tasks/store.js';
import type { Backend, Dispatched, Work } from '../backend.js';
import { choose } from './choose.js';
import { slotsOf, type Fleet, type FleetNode } from './fleet.js';
import { createQueue } from './queue.js';

export interface DirectOptions {
  /** The nodes as they are now; asked anew for each choice. */
  fleet(): Fleet;
  store: Pick<TaskStore, 'reserve' | 'transition' | 'activeByNode' | 'get'>;
  /** Calls back when a slot may have become free, in this process or another. */
  onChange(listener: () => void): void;
}

type Step = { kind: 'reserved'; node: FleetNode } | { kind: 'full' } | { kind: 'ended'; as: Dispatched };
type Failure = { code: string; message: string; hint?: string };

/** Runs commands on the nodes of the inventory, which it reaches itself. */
export function createDirectBackend(options: DirectOptions): Backend {
  const queue = createQueue();
  options.onChange(() => queue.poke());

  /** Observe, place, reserve: once. */
  async function attempt(work: Work, excluded: Map<string, Failure>): Promise<Step> {
    if (work.execution.signal.aborted) return { kind: 'ended', as: { kind: 'cancelled' } };
    const fleet = options.fleet();
    const placement = await choose(fleet, work.demand, work.programs, options.store.activeByNode(), excluded);
    work.onPlacement(placement);
    if (placement.kind === 'full') return { kind: 'full' };
    if (placement.kind === 'none') return { kind: 'ended', as: noNode(placement, work, excluded) };
    const node = fleet.nodes.find(({ id }) => id === placement.chosen);
    if (node === undefined) return { kind: 'full' };
    const slots = await freeSlots(node, work, excluded);
    if (slots === undefined) return attempt(work, excluded);
    if (options.store.reserve(work.taskId, node.id, slots)) return { kind: 'reserved', node };
    if (options.store.get(work.taskId)?.status !== 'queued')
      return { kind: 'ended', as: { kind: 'cancelled' } };
    return { kind: 'full' };
  }

  /** Undefined where the node had to be asked and did not answer. */
  async function freeSlots(
    node: FleetNode,
    work: Work,
    excluded: Map<string, Failure>,
  ): Promise<number | undefined> {
    if (work.demand.quick || node.maxTasks !== undefined) return slotsOf(node, undefined);
    try {
      return slotsOf(node, (await node.executor.facts()).cores);
    } catch (error) {
      exclude(node, error, excluded);
      return undefined;
    }
  }

  async function wait(work: Work, excluded: Map<string, Failure>): Promise<Step> {
    let step: Step = { kind: 'ended', as: { kind: 'cancelled' } };
    const tryAgain = async () => {
      const next = await attempt(work, excluded);
      if (next.kind !== 'full') step = next;
      return next.kind !== 'full';
    };
    await queue.wait(work.priority, tryAgain, work.execution.signal);
    return step;
  }

  return {
    async dispatch(work) {
      const excluded = new Map<string, Failure>();
      for (;;) {
        const first = await attempt(work, excluded);
        const step = first.kind === 'full' ? await wait(work, excluded) : first;
        if (step.kind === 'ended') return step.as;
        if (step.kind === 'full') continue;
        try {
          return { kind: 'executed', node: step.node.id, ...(await execute(step.node, work)) };
        } catch (error) {
          // A rejection means that nothing ran: the slot is given up, and another node may do.
          options.store.transition(work.taskId, 'running', 'queued');
          exclude(step.node, error, excluded);
        }
      }
    },
    plan: (demand, programs) =>
      choose(options.fleet(), demand, programs, options.store.activeByNode(), new Map()),
  };
}

function execute(node: FleetNode, work: Work) {
  const { script, execution } = work;
  return script === undefined
    ? node.executor.execute(execution)
    : executeScript(node.executor, script, execution);
}

function exclude(node: FleetNode, error: unknown, excluded: Map<string, Failure>): void {
  const failure = describe(error);
  excluded.set(node.id, failure);
  if (failure.code !== 'no-such-folder') node.observer.note(failure);
}

function noNode(
  placement: Extract<Placement, { kind: 'none' }>,
  work: Work,
  excluded: Map<string, Failure>,
): Dispatched {
  const named = work.demand.node;
  const failure = named === undefined ? undefined : excluded.get(named);
  if (named !== undefined && failure !== undefined && failure.code !== 'no-such-folder') {
    return {
      kind: 'unreachable',
      node: named,
      code: failure.code,
      error: failure.message,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    };
  }
  return { kind: 'unschedulable', code: placement.code, error: placement.reason, hint: placement.hint };
}
