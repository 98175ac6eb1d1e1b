import { executeScript } from '../../execution/script.js';
import { describe } from '../../observation/observer.js';
import type { Demand } from '../../placement/candidate.js';
import type { Placement } from '../../placement/placement.js';
import type { TaskStore } from '../../tasks/store.js';
import type { Backend, Dispatched, Work } from '../backend.js';
import { choose, type Taken } from './choose.js';
import type { Fleet, FleetNode } from './fleet.js';
import { createLook, type Excluded } from './look.js';
import { createQueue } from './queue.js';

export interface DirectOptions {
  /** The nodes as they are now; asked anew for each choice. */
  fleet(): Fleet;
  store: Pick<TaskStore, 'reserve' | 'transition' | 'activeByNode' | 'get'>;
  /** Calls back when a slot may have become free, in this process or another. */
  onChange(listener: () => void): void;
}

type Step = { kind: 'reserved'; node: FleetNode } | { kind: 'full' } | { kind: 'ended'; as: Dispatched };

/** Runs commands on the nodes of the inventory, which it reaches itself. */
export function createDirectBackend(options: DirectOptions): Backend {
  const queue = createQueue();
  const look = createLook();
  options.onChange(() => queue.poke());

  /** Tasks that take no slot, by node: they say nothing of what is free, but where the next of many should go. */
  const quickOnes = new Map<string, number>();

  function takenFor(demand: Demand): Taken {
    if (!demand.quick) return () => options.store.activeByNode();
    return () => {
      const counts = new Map(options.store.activeByNode());
      for (const [id, count] of quickOnes) counts.set(id, (counts.get(id) ?? 0) + count);
      return counts;
    };
  }

  /** Observe, place, reserve: once. Nothing comes between placing and reserving, so that many at once spread evenly. */
  async function attempt(work: Work, excluded: Excluded): Promise<Step> {
    if (work.execution.signal.aborted) return { kind: 'ended', as: { kind: 'cancelled' } };
    const fleet = options.fleet();
    const taken = takenFor(work.demand);
    const { demand, programs } = work;
    const candidates = await look({ fleet, demand, programs, taken, excluded });
    const placement = choose(demand, candidates, fleet.thresholds, taken);
    work.onPlacement(placement);
    if (placement.kind === 'full') return { kind: 'full' };
    if (placement.kind === 'none') return { kind: 'ended', as: noNode(placement, work, excluded) };
    const node = fleet.nodes.find(({ id }) => id === placement.chosen);
    const slots = candidates.find(({ id }) => id === placement.chosen)?.slots.total;
    if (node === undefined || slots === undefined)
      throw new Error(`No candidate is called ${placement.chosen}.`);
    if (options.store.reserve(work.taskId, node.id, slots)) {
      if (work.demand.quick) count(node.id, 1);
      return { kind: 'reserved', node };
    }
    if (options.store.get(work.taskId)?.status !== 'queued')
      return { kind: 'ended', as: { kind: 'cancelled' } };
    return { kind: 'full' };
  }

  function count(nodeId: string, change: number): void {
    quickOnes.set(nodeId, (quickOnes.get(nodeId) ?? 0) + change);
  }

  async function wait(work: Work, excluded: Excluded): Promise<Step> {
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
      const excluded: Excluded = new Map();
      for (;;) {
        // Who comes while others wait goes in by priority with them.
        const behind = queue.size > 0 && !work.demand.quick;
        const first: Step = behind ? { kind: 'full' } : await attempt(work, excluded);
        const step = first.kind === 'full' ? await wait(work, excluded) : first;
        if (step.kind === 'ended') return step.as;
        if (step.kind === 'full') continue;
        let begun = false;
        const onStart = () => {
          begun = true;
          work.execution.onStart?.();
        };
        try {
          const execution = { ...work.execution, onStart };
          return {
            kind: 'executed',
            node: step.node.id,
            ...(await execute(step.node, { ...work, execution })),
          };
        } catch (error) {
          // Whatever went wrong: what has begun is never begun again.
          if (begun) return { kind: 'executed', node: step.node.id, exit: { kind: 'lost' }, durationMs: 0 };
          // A rejection means that nothing ran: the slot is given up, and another node may do.
          options.store.transition(work.taskId, 'running', 'queued');
          exclude(step.node, error, excluded);
        } finally {
          if (work.demand.quick) count(step.node.id, -1);
        }
      }
    },
    async plan(demand, programs) {
      const fleet = options.fleet();
      const taken = takenFor(demand);
      const candidates = await look({ fleet, demand, programs, taken, excluded: new Map() });
      return choose(demand, candidates, fleet.thresholds, taken);
    },
  };
}

function execute(node: FleetNode, work: Work) {
  const { script, execution } = work;
  return script === undefined
    ? node.executor.execute(execution)
    : executeScript(node.executor, script, execution);
}

/** What says something of the command, and nothing of the node's health. */
const ofTheCommand = new Set(['no-such-folder', 'spawn-failed', 'script-copy-failed']);

function exclude(node: FleetNode, error: unknown, excluded: Excluded): void {
  const failure = describe(error);
  excluded.set(node.id, failure);
  if (!ofTheCommand.has(failure.code)) node.observer.note(failure);
}

function noNode(placement: Extract<Placement, { kind: 'none' }>, work: Work, excluded: Excluded): Dispatched {
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
