/** What was made and has to be ended: processes, files. */
export interface Belongings {
  /** Opens something; `close` is called with it at the end. Rejects once that has begun. */
  open: <T>(make: () => Promise<T>, close: (made: T) => unknown) => Promise<T>;
  /** Ends all, the last first, also what is only just being made. Throws where something could not be ended. */
  end: () => Promise<void>;
}

export function createBelongings(): Belongings {
  const closing: (() => unknown)[] = [];
  const beingMade = new Set<Promise<unknown>>();
  let ended: Promise<void> | undefined;

  async function endAll(): Promise<void> {
    await Promise.allSettled(beingMade);
    const failures: unknown[] = [];
    for (const close of closing) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be cleaned up.');
  }

  return {
    async open(make, close) {
      if (ended !== undefined) throw new Error('The benchmarks are being ended.');
      const making = make().then((made) => {
        closing.unshift(() => close(made));
        return made;
      });
      beingMade.add(making);
      try {
        return await making;
      } finally {
        beingMade.delete(making);
      }
    },
    end: () => (ended ??= endAll()),
  };
}
