/** One of the things that are compared. */
export interface Runner {
  once: () => Promise<unknown>;
  /** How many of it in each round. Default 1. */
  perRound?: number;
}

/**
 * Times the runners in turn, in small blocks, each round beginning with another: what slows the machine for a while then
 * slows all of them. A first round, which warms them up, is not counted. Gives each one's milliseconds.
 */
export async function interleave<Name extends string>(
  rounds: number,
  runners: Record<Name, Runner>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Runner>(runners);
  const times = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < entries.length; turn += 1) {
      const entry = entries[(turn + Math.max(0, round)) % entries.length];
      if (entry === undefined) continue;
      const [name, { once, perRound = 1 }] = entry;
      for (let count = 0; count < perRound; count += 1) {
        const ms = await timed(once);
        if (round >= 0) times.get(name)?.push(ms);
      }
    }
  }
  return Object.fromEntries(times) as Record<Name, number[]>;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
