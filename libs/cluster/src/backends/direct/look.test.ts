import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Demand } from '../../placement/candidate.js';
import type { Fleet, FleetNode } from './fleet.js';
import { createLook } from './look.js';

/** It answers after so many milliseconds. */
function node(id: string, afterMs: number): FleetNode {
  return {
    id,
    local: id === 'here',
    capabilities: [],
    specialties: [],
    priority: 5,
    cordoned: false,
    maxTasks: 2,
    executor: {
      execute: () => Promise.reject(new Error('nothing runs here')),
      facts: () => Promise.resolve({}),
    },
    observer: {
      observe: () =>
        new Promise((resolve) => {
          setTimeout(() => resolve({ takenAt: 0, reachable: true }), afterMs);
        }),
      last: undefined,
      note: () => undefined,
    },
    lookUp: { find: () => Promise.resolve({ missingPrograms: [] }) },
  };
}

/** Two nodes at once, two after 1.5 s, one long after that. */
const answering: readonly [string, number][] = [
  ['here', 0],
  ['a', 0],
  ['b', 1_500],
  ['c', 1_500],
  ['silent', 60_000],
];

/** The nodes that were waited for. */
async function waitedFor(spread: boolean): Promise<string[]> {
  const nodes = answering.map(([id, afterMs]) => node(id, afterMs));
  const [local] = nodes;
  if (local === undefined) throw new Error('no node');
  const fleet: Fleet = { nodes, local, thresholds: { cpuPercent: 100, load: 100, memoryPercent: 100 } };
  const demand: Demand = { weight: 'heavy', quick: true, requirements: {}, localOnly: false, spread };
  const looking = createLook()({ fleet, demand, programs: [], taken: () => new Map(), excluded: new Map() });
  await vi.runAllTimersAsync();
  return (await looking).filter(({ reachable }) => reachable !== false).map(({ id }) => id);
}

describe('a look at the nodes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits no longer than a moment once another node fits', async () => {
    expect(await waitedFor(false)).toEqual(['here', 'a']);
  });

  it('waits for half of the nodes at least where commands are to be spread, and for no silent one', async () => {
    expect(await waitedFor(true)).toEqual(['here', 'a', 'b', 'c']);
  });
});
