import type { Candidate } from '../../placement/candidate.js';

/** Who has not answered by then, after a node that will do has, is left out, milliseconds. */
const leastPatienceMs = 1_000;

/** A look at one node, and what is known of that without it. */
export interface Look {
  answer: Promise<Candidate>;
  /** What to make of the node where its answer does not come in time. */
  late: (patienceMs: number) => Candidate;
}

/**
 * What all looks have found. As soon as those that came are `enough` for the choice, the others have as long again as
 * that took, and a second at least: a silent node holds up no command that another can take.
 */
export async function lookRound(
  looks: readonly Look[],
  enough: (answered: readonly Candidate[]) => boolean,
): Promise<readonly Candidate[]> {
  const startedAt = performance.now();
  const answered = new Map<Look, Candidate>();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<number>((resolve) => {
    for (const look of looks) {
      void look.answer.then(
        (candidate) => {
          answered.set(look, candidate);
          if (timer !== undefined || !enough([...answered.values()])) return;
          const patienceMs = Math.max(leastPatienceMs, performance.now() - startedAt);
          timer = setTimeout(() => resolve(patienceMs), patienceMs);
        },
        () => undefined, // told to who waits for all
      );
    }
  });
  const all = Promise.all(looks.map(({ answer }) => answer));
  try {
    const found = await Promise.race([all, patience]);
    return typeof found === 'number' ? looks.map((look) => answered.get(look) ?? look.late(found)) : found;
  } finally {
    clearTimeout(timer);
  }
}
