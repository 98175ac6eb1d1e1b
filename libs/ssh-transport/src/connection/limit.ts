/** Lets at most `size` holders in at once; the others wait in order. */
export interface Limit {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createLimit(size: number): Limit {
  let taken = 0;
  const waiting: (() => void)[] = [];

  function leave() {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  return {
    async run(work) {
      if (taken < size) taken += 1;
      else await new Promise<void>((enter) => waiting.push(enter));
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
