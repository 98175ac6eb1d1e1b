import type { Call } from '../frames/call.js';
import { mark } from '../words/marks.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';

/** `kill`: its first argument may be a signal that looks like a process group, so options cannot be read as usual. */
export function killEffects(call: Call, effect: MakeEffect): Effect[] {
  if (call.program !== 'kill') return [];
  let words = call.args.map((arg) => arg.text);
  const first = words[0] ?? '';
  if (/^-(?:l|L|0)$/u.test(first) || (first === '-s' && words[1] === '0')) return [];
  if (first === '-s' || first === '-n') words = words.slice(2);
  else if (/^-(?:\d+|[A-Z]\w*)$/u.test(first) && words.length > 1) words = words.slice(1);
  const all = words.some((word) => word === '-1' || word === '1' || word.includes(mark.star));
  return all ? [effect('kill', 'all', call.args.map((arg) => arg.text).join(' '))] : [];
}
