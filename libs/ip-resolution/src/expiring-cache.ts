/** Values that are forgotten after a time of their own. */
export interface ExpiringCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T, lifetimeMs: number): void;
  delete(key: string): void;
}

export function createExpiringCache<T>(now: () => number): ExpiringCache<T> {
  const entries = new Map<string, { value: T; since: number; lifetimeMs: number }>();
  const fresh = (entry: { since: number; lifetimeMs: number }) => {
    const ageMs = now() - entry.since;
    // A clock that was set back makes ages negative; nobody knows then how old the entry is.
    return ageMs >= 0 && ageMs < entry.lifetimeMs;
  };
  return {
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && fresh(entry) ? entry.value : undefined;
    },
    set(key, value, lifetimeMs) {
      for (const [old, entry] of entries) if (!fresh(entry)) entries.delete(old);
      entries.set(key, { value, since: now(), lifetimeMs });
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
