import { setTimeout as delay } from 'node:timers/promises';

/** Looks again every few milliseconds, for so long; false where it never became true. */
export async function waitUntil(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > until) return false;
    await delay(20);
  }
  return true;
}
