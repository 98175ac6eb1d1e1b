import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until it is so; the limit only ends a test that would never end. */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean = Boolean,
  limitMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`It never came to be; last: ${JSON.stringify(seen)}`);
    await delay(50);
  }
}
