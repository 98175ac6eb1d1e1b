import { describe, expect, it } from 'vitest';
import type { ExecuteRequest, Execution } from '../../execution/executor.js';
import type { Placement } from '../../placement/placement.js';
import type { Work } from '../backend.js';
import { createDirectBackend } from './direct.js';
import type { Fleet, FleetNode } from './fleet.js';

type Run = (request: ExecuteRequest) => Promise<Execution>;

/** A node that was seen a moment ago and has all that is asked for. */
function node(id: string, local: boolean, execute: Run): FleetNode {
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
    observer: { observe: () => Promise.resolve(seen), last: seen, note: () => undefined },
    lookUp: { find: () => Promise.resolve({ missingPrograms: [] }) },
  };
}

function backendOf(execute: Run) {
  const nodes = [node('here', true, execute), node('a', false, execute), node('b', false, execute)];
  const [local] = nodes;
  if (local === undefined) throw new Error('no node');
  const thresholds = { cpuPercent: 100, load: 100, memoryPercent: 100 };
  const fleet: Fleet = { nodes, local, thresholds };
  const store = {
    reserve: () => true,
    transition: () => true,
    activeByNode: () => new Map<string, number>(),
    get: () => undefined,
  };
  return createDirectBackend({ fleet: () => fleet, store, onChange: () => undefined });
}

function work(placements: Placement[]): Work {
  return {
    taskId: 't_1',
    demand: { weight: 'heavy', quick: false, requirements: {}, localOnly: false, spread: false },
    programs: [],
    priority: 5,
    onPlacement: (placement) => placements.push(placement),
    execution: { command: 'make', signal: new AbortController().signal },
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
