import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Candidate } from '../../placement/candidate.js';
import { lookRound, type Look } from './look-round.js';

const candidate = (id: string): Candidate => ({
  id,
  local: false,
  capabilities: [],
  specialties: [],
  priority: 5,
  cordoned: false,
  slots: { total: 1, taken: 0 },
});

/** It answers after so many milliseconds. */
const node = (id: string, afterMs: number): Look => ({
  answer: new Promise((resolve) => {
    setTimeout(() => resolve(candidate(id)), afterMs);
  }),
  late: (patienceMs) => ({ ...candidate(id), reachable: false, unreachableReason: `${patienceMs}` }),
});

const has = (id: string) => (answered: readonly Candidate[]) => answered.some((one) => one.id === id);

/** Who was left out. */
async function left(looks: Look[], enough: (answered: readonly Candidate[]) => boolean) {
  const round = lookRound(looks, enough);
  await vi.runAllTimersAsync();
  return (await round).filter(({ reachable }) => reachable === false).map(({ id }) => id);
}

describe('lookRound', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leaves out who is silent once the others are enough', async () => {
    expect(await left([node('a', 100), node('silent', 5_000)], has('a'))).toEqual(['silent']);
  });

  it('waits for all while those that came are not enough', async () => {
    expect(await left([node('a', 100), node('slow', 5_000)], has('slow'))).toEqual([]);
  });

  it('has patience with who is a little later', async () => {
    expect(await left([node('a', 100), node('later', 1_000)], has('a'))).toEqual([]);
  });

  it('is the more patient the longer the first took', async () => {
    expect(await left([node('a', 3_000), node('later', 5_900)], has('a'))).toEqual([]);
    expect(await left([node('a', 3_000), node('silent', 6_100)], has('a'))).toEqual(['silent']);
  });

  it('rejects as a look does', async () => {
    const broken: Look = { answer: Promise.reject(new Error('broken')), late: () => candidate('broken') };
    await expect(lookRound([node('a', 1), broken], has('a'))).rejects.toThrow('broken');
  });
});
