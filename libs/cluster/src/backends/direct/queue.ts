/** One try to go on: true where it need not wait any longer. */
export type Attempt = () => Promise<boolean>;

/** Those who wait for a slot, tried in order of priority, then arrival, whenever something may have become free. */
export interface Queue {
  /** Resolves when `attempt` has succeeded or `signal` is aborted. Rejects where `attempt` does. */
  wait(priority: number, attempt: Attempt, signal: AbortSignal): Promise<void>;
  /** How many wait. */
  readonly size: number;
  /** Something changed: try again. */
  poke(): void;
}

interface Waiter {
  priority: number;
  arrival: number;
  attempt: Attempt;
  leave(error?: unknown): void;
}

export function createQueue(): Queue {
  let waiters: Waiter[] = [];
  let arrivals = 0;
  let trying = false;
  let again = false;

  const remove = (gone: Waiter) => {
    waiters = waiters.filter((waiter) => waiter !== gone);
  };

  async function tryOne(waiter: Waiter): Promise<void> {
    if (!waiters.includes(waiter)) return;
    try {
      if (!(await waiter.attempt())) return;
      remove(waiter);
      waiter.leave();
    } catch (error) {
      remove(waiter);
      waiter.leave(error);
    }
  }

  async function tryAll(): Promise<void> {
    if (trying) {
      again = true;
      return;
    }
    trying = true;
    do {
      again = false;
      const inOrder = [...waiters].sort((a, b) => a.priority - b.priority || a.arrival - b.arrival);
      for (const waiter of inOrder) await tryOne(waiter);
    } while (again);
    trying = false;
  }

  return {
    wait(priority, attempt, signal) {
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          priority,
          arrival: (arrivals += 1),
          attempt,
          leave: (error) => {
            signal.removeEventListener('abort', onAbort);
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        const onAbort = () => {
          remove(waiter);
          resolve();
        };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.push(waiter);
        void tryAll(); // a slot may have become free since it was found full
      });
    },
    get size() {
      return waiters.length;
    },
    poke: () => void tryAll(),
  };
}
