/** One piece of work that several callers wait for; each may leave without disturbing the others. */
export interface SharedCall<T> {
  /** Settles as the work does; rejects with the signal's reason when that aborts, for this caller alone. */
  join(signal?: AbortSignal): Promise<T>;
}

/**
 * Starts `work` and lets callers join it. `onEnd` is called once: when the work has ended, or when the last caller
 * has left before that; the signal that the work got aborts then.
 */
export function createSharedCall<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onEnd: () => void,
): SharedCall<T> {
  const ended = new AbortController();
  const result = work(ended.signal);
  let waiting = 0;
  return {
    async join(signal) {
      waiting += 1;
      try {
        return await unlessAborted(result, signal);
      } finally {
        waiting -= 1;
        // Where the work has ended, every caller is on its way out, and the first to leave is as good as the last.
        if (waiting === 0 && !ended.signal.aborted) {
          onEnd();
          ended.abort();
        }
      }
    },
  };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    const stay = () => signal.removeEventListener('abort', leave);
    signal.addEventListener('abort', leave, { once: true });
    promise.finally(stay).then(resolve, reject);
  });
}
