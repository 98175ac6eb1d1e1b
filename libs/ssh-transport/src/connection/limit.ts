/** Lets at most `size` holders in at once; the others wait in order. */
export interface Limit {
  /** A holder may give its place up before its end. */
  run<Value>(work: (giveUp: () => void) => Promise<Value>): Promise<Value>;
}

export function createLimit(size: number): Limit {
  let taken = 0;
  const waiting: (() => void)[] = [];

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  return {
    async run(work) {
      if (taken < size) taken += 1;
      else await new Promise<void>((enter) => waiting.push(enter));
      let held = true;
      const giveUp = () => {
        if (held) leave();
        held = false;
      };
      try {
        return await work(giveUp);
      } finally {
        giveUp();
      }
    },
  };
}
