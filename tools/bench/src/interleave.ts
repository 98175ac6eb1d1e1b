/** One of the things that are compared. */
export type Runner = {
  /** How many of it in each round. Default 1. */
  perRound?: number;
} & (
  | { once: () => Promise<unknown> }
  /** Where only a part of it counts: gives that part's milliseconds. */
  | { measure: () => Promise<number> }
);

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
      const [name, runner] = entry;
      const { perRound = 1 } = runner;
      for (let count = 0; count < perRound; count += 1) {
        const ms = 'measure' in runner ? await runner.measure() : await timed(runner.once);
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
