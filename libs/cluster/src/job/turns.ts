import type { Turn } from '../wiring/context.js';

/** Turns for at most `size` at once, in the order asked for. */
export function createTurns(size: number): Turn {
  let taken = 0;
  const waiting = new Set<() => void>();

  function come(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (taken < size) {
      taken += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const enter = () => {
        signal.removeEventListener('abort', onAbort);
        resolve(true);
      };
      const onAbort = () => {
        waiting.delete(enter);
        resolve(false);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.add(enter);
    });
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else {
      waiting.delete(next);
      next();
    }
  }

  return async (work, signal) => {
    const holds = await come(signal);
    try {
      return await work();
    } finally {
      if (holds) leave();
    }
  };
}
