import { TransportError } from './errors.js';
import type { TransportOptions } from './options.js';

/** The longest that a timer of Node's can wait; it takes more for nothing at all. */
const longestMs = 0x7fffffff;

/** The least that each number may be. */
const least = {
  connectTimeoutMs: 1,
  handshakeTimeoutMs: 1,
  startTimeoutMs: 1,
  environmentCheckMs: 1,
  attempts: 1,
  longestRestMs: 0,
  keepaliveMs: 1,
  idleMs: 0,
} satisfies Partial<Record<keyof TransportOptions, number>>;

/** Throws `options-invalid` for what would otherwise show much later, as a limit that is none. */
export function checkOptions(options: TransportOptions): void {
  for (const [name, minimum] of Object.entries(least)) {
    const value = options[name as keyof typeof least];
    // Not `value < minimum`, which NaN is not.
    if (value === undefined || (value >= minimum && value <= longestMs)) continue;
    throw new TransportError('options-invalid', `The option ${name} is ${value}.`, {
      hint: `Give a number from ${minimum} to ${longestMs}, or leave it out.`,
    });
  }
}
