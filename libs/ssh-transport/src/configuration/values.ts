import { InvalidValue } from './error.js';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const LARGEST = 2 ** 31 - 1;

/** A port, 1 to 65535. Of the service names that `ssh` would look up, only its own is known here. */
export function parsePort(text: string): number {
  if (text === 'ssh') return 22;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidValue(`bad port '${text}'`);
  return port;
}

/** sshd_config(5) TIME FORMATS (`90`, `1m30s`) in seconds; undefined for `none`. */
export function parseSeconds(text: string): number | undefined {
  if (text === 'none') return undefined;
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) throw new InvalidValue(`invalid time value '${text}'`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([smhdw]?)/gi)) {
    total += Number(amount) * SECONDS[(unit?.toLowerCase() || 's') as keyof typeof SECONDS];
  }
  if (total > LARGEST) throw new InvalidValue(`time value '${text}' is too large`);
  return total;
}

/** A whole number from 0 to 2^31 - 1. */
export function parseCount(text: string): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count) || count > LARGEST) throw new InvalidValue(`invalid number '${text}'`);
  return count;
}

export function parseFlag(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true') return true;
  if (word === 'no' || word === 'false') return false;
  throw new InvalidValue(`unsupported option '${text}', expected yes or no`);
}

/** One word of a fixed set, in any case. The record maps the words that `ssh` takes to their meaning. */
export function parseWord<Meaning>(text: string, words: Readonly<Record<string, Meaning>>): Meaning {
  const word = text.toLowerCase();
  const meaning = Object.hasOwn(words, word) ? words[word] : undefined;
  if (meaning === undefined) {
    throw new InvalidValue(`unsupported option '${text}', expected one of ${Object.keys(words).join(', ')}`);
  }
  return meaning;
}
