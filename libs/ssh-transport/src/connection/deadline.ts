/** A time limit that can be set anew, and stands still while somebody is waited for who may take his time. */
export interface Deadline {
  set(ms: number, late: () => void): void;
  clear(): void;
  /** The limit begins anew when `work` is done. */
  without<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function createDeadline(): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let begin: (() => void) | undefined;
  const clear = () => {
    clearTimeout(timer);
    begin = undefined;
  };
  return {
    set(ms, late) {
      clear();
      begin = () => {
        timer = setTimeout(late, ms);
      };
      begin();
    },
    clear,
    async without(work) {
      clearTimeout(timer);
      try {
        return await work();
      } finally {
        begin?.();
      }
    },
  };
}
