import { setTimeout as delay } from 'node:timers/promises';

/** Asks again every few milliseconds until `look` gives something, or gives up: undefined. */
export async function waitUntil<T>(
  look: () => T | undefined | Promise<T | undefined>,
  options: { timeoutMs: number; everyMs?: number },
): Promise<T | undefined> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() >= deadline) return undefined;
    await delay(options.everyMs ?? 5);
  }
}
