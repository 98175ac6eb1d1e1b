import type { Outcome } from './outcome.js';
import type { ParallelOutcome } from './run-all.js';

/** An answer's JSON stays under this many characters; clients put longer ones into files, or cut them. */
export const answerLimit = 40_000;

/** One answer, its output shortened in the middle where it would be too long. */
export function fitOutcome(outcome: Outcome, limit = answerLimit): Outcome {
  if (size(outcome) < limit) return outcome;
  const { routing: _routing, ...withoutRouting } = outcome;
  if (size(withoutRouting) < limit) return withoutRouting;
  const command = shorten(outcome.command, 2_000);
  const bare: Outcome = { ...withoutRouting, command, stdout: '', stderr: '' };
  const room = limit - size(bare) - 200;
  if (room < 200) return terse(outcome);
  const share = fairShares([jsonSize(outcome.stdout), jsonSize(outcome.stderr)], room);
  return {
    ...bare,
    truncated: true,
    stdout: shortenTo(outcome.stdout, share[0] ?? 0),
    stderr: shortenTo(outcome.stderr, share[1] ?? 0),
  };
}

/** Many answers: each gives way evenly, first its routing, then output, then all but what tells how it ended. */
export function fitResults(outcome: ParallelOutcome, limit = answerLimit): ParallelOutcome {
  if (size(outcome) < limit) return outcome;
  const rest = size({ ...outcome, results: [] }) + outcome.results.length;
  const withoutRouting = outcome.results.map(({ routing: _routing, ...result }): Outcome => result);
  const shares = fairShares(withoutRouting.map(size), limit - rest - 100);
  return {
    ...outcome,
    results: withoutRouting.map((result, index) => fitOutcome(result, shares[index] ?? 0)),
  };
}

/** What is left when nothing else fits. */
function terse(outcome: Outcome): Outcome {
  const { task_id, status, success, return_code, executed_on } = outcome;
  return {
    status,
    success,
    ...(task_id === undefined ? {} : { task_id }),
    ...(return_code === undefined ? {} : { return_code }),
    ...(executed_on === undefined ? {} : { executed_on }),
    command: shorten(outcome.command, 40),
  } as Outcome;
}

/** Divides `room`: who needs little gets it, and the others share what is left alike. */
export function fairShares(needs: readonly number[], room: number): number[] {
  const shares = needs.map(() => 0);
  let left = Math.max(0, room);
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need);
  order.forEach(({ need, index }, position) => {
    const share = Math.min(need, Math.floor(left / (order.length - position)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}

function jsonSize(text: string): number {
  return JSON.stringify(text).length;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Head and tail of `text`, so that its JSON takes at most `limit` characters. */
function shortenTo(text: string, limit: number): string {
  if (jsonSize(text) <= limit) return text;
  let keep = Math.max(0, Math.floor(((limit - 40) * text.length) / jsonSize(text)));
  for (;;) {
    const half = Math.floor(keep / 2);
    const cut = `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${half === 0 ? '' : text.slice(-half)}`;
    if (jsonSize(cut) <= limit || keep < 2) return keep < 2 ? '' : cut;
    keep = Math.floor(keep * 0.8);
  }
}
