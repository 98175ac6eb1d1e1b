import { describe, expect, it } from 'vitest';
import type { ExecuteRequest, Execution } from '../../execution/executor.js';
import type { Placement } from '../../placement/placement.js';
import type { Work } from '../backend.js';
import { createDirectBackend } from './direct.js';
import type { Fleet, FleetNode } from './fleet.js';

type Run = (request: ExecuteRequest) => Promise<Execution>;

/** A node that was seen a moment ago and has all that is asked for. */
function node(id: string, local: boolean, execute: Run, onLook = () => {}): FleetNode {
  const seen = { takenAt: 0, reachable: true };
  return {
    id,
    local,
    capabilities: [],
    specialties: [],
    priority: local ? 9 : 1,
    cordoned: false,
    maxTasks: 2,
    executor: { execute, facts: () => Promise.resolve({}) },
    observer: {
      observe() {
        onLook();
        return Promise.resolve(seen);
      },
      last: seen,
      note: () => undefined,
    },
    lookUp: { find: () => Promise.resolve({ missingPrograms: [] }) },
  };
}

/** As many slots as the nodes have together are taken or free. */
interface Slots {
  taken: number;
}

function backendOf(execute: Run, slots: Slots = { taken: 0 }, onLook?: () => void) {
  const nodes = [
    node('here', true, execute, onLook),
    node('a', false, execute, onLook),
    node('b', false, execute, onLook),
  ];
  const [local] = nodes;
  if (local === undefined) throw new Error('no node');
  const thresholds = { cpuPercent: 100, load: 100, memoryPercent: 100 };
  const fleet: Fleet = { nodes, local, thresholds };
  const store = {
    reserve(_id: string, _nodeId: string, most: number) {
      if (slots.taken >= most) return false;
      slots.taken += 1;
      return true;
    },
    transition: () => true,
    activeByNode: () => new Map(nodes.map(({ id }) => [id, slots.taken])),
    get: () => undefined,
  };
  return createDirectBackend({ fleet: () => fleet, store, onChange: () => undefined });
}

function work(placements: Placement[], over: Partial<Work> = {}): Work {
  return {
    taskId: 't_1',
    demand: { weight: 'heavy', quick: false, requirements: {}, localOnly: false, spread: false },
    programs: [],
    priority: 5,
    onPlacement: (placement) => placements.push(placement),
    execution: { command: 'make', signal: new AbortController().signal },
    ...over,
  };
}

describe('a command whose executor rejects', () => {
  it('is lost, and begun nowhere else, where it had begun', async () => {
    let begun = 0;
    const backend = backendOf((request) => {
      begun += 1;
      request.onStart?.();
      return Promise.reject(Object.assign(new Error('the reader has gone'), { code: 'EPIPE' }));
    });
    expect(await backend.dispatch(work([]))).toMatchObject({ kind: 'executed', exit: { kind: 'lost' } });
    expect(begun).toBe(1);
  });

  it('goes to the next node where nothing had begun', async () => {
    let asked = 0;
    const backend = backendOf((request) => {
      asked += 1;
      if (asked === 1)
        return Promise.reject(Object.assign(new Error('refused'), { code: 'connection-refused' }));
      request.onStart?.();
      return Promise.resolve({ exit: { kind: 'exited', code: 0 }, durationMs: 1 });
    });
    const placements: Placement[] = [];
    expect(await backend.dispatch(work(placements))).toMatchObject({
      kind: 'executed',
      node: 'b',
      exit: { kind: 'exited', code: 0 },
    });
    expect(placements.map((placement) => placement.kind === 'placed' && placement.chosen)).toEqual([
      'a',
      'b',
    ]);
  });
});

it('looks at each node once for many commands that come at once, and again for the next', async () => {
  let looks = 0;
  const ended: Run = () => Promise.resolve({ exit: { kind: 'exited', code: 0 }, durationMs: 1 });
  const backend = backendOf(ended, { taken: 0 }, () => (looks += 1));
  const quick = work([]).demand;
  const one = () => backend.dispatch(work([], { demand: { ...quick, quick: true } }));
  await Promise.all([one(), one(), one(), one()]);
  expect(looks).toBe(3);
  await one();
  expect(looks).toBe(6);
});

describe('a command that comes while another waits for a slot', () => {
  const { signal } = new AbortController();

  /** Both slots are taken; one becomes free unnoticed, and somebody new comes at that moment. */
  async function whoGoesFirst(waitingPriority: number, newPriority: number): Promise<string[]> {
    const slots = { taken: 2 };
    const begun: string[] = [];
    const backend = backendOf((request) => {
      begun.push(request.command);
      request.onStart?.();
      slots.taken -= 1;
      return Promise.resolve({ exit: { kind: 'exited', code: 0 }, durationMs: 1 });
    }, slots);
    let full: () => void = () => undefined;
    const isFull = new Promise<void>((resolve) => {
      full = resolve;
    });
    const dispatch = (command: string, priority: number) =>
      backend.dispatch(
        work([], {
          priority,
          execution: { command, signal },
          onPlacement: ({ kind }) => void (kind === 'full' && full()),
        }),
      );
    const waiting = dispatch('waiting', waitingPriority);
    await isFull;
    await new Promise((resolve) => setImmediate(resolve)); // now it is in the queue
    slots.taken = 1;
    const newcomer = dispatch('new', newPriority);
    await Promise.all([waiting, newcomer]);
    return begun;
  }

  it('takes no slot from who waits longer or is more urgent', async () => {
    expect(await whoGoesFirst(5, 5)).toEqual(['waiting', 'new']);
    expect(await whoGoesFirst(1, 9)).toEqual(['waiting', 'new']);
  });

  it('goes first where it is more urgent', async () => {
    expect(await whoGoesFirst(9, 1)).toEqual(['new', 'waiting']);
  });
});
