import type { Outcome } from './outcome.js';
import type { ParallelOutcome } from './parallel-outcome.js';

/** An answer's JSON stays under this many characters; clients put longer ones into files, or cut them. */
export const answerLimit = 40_000;

/** One answer, its output shortened in the middle where its JSON would have `limit` characters or more. */
export function fitOutcome(outcome: Outcome, limit = answerLimit): Outcome {
  return size(outcome) < limit ? outcome : fit(outcome, limit - 1);
}

/** Many answers: each gives way evenly, first its routing, then output, then all but what tells how it ended. */
export function fitResults(outcome: ParallelOutcome, limit = answerLimit): ParallelOutcome {
  if (size(outcome) < limit) return outcome;
  const rest = size({ ...outcome, results: [] }) + outcome.results.length;
  const withoutRouting = outcome.results.map(({ routing: _routing, ...result }): Outcome => result);
  const shares = fairShares(withoutRouting.map(size), limit - 1 - rest);
  return { ...outcome, results: withoutRouting.map((result, index) => fit(result, shares[index] ?? 0)) };
}

/** At most `room` characters of JSON, where what must stay leaves any choice. */
function fit(outcome: Outcome, room: number): Outcome {
  if (size(outcome) <= room) return outcome;
  const { routing: _routing, ...withoutRouting } = outcome;
  if (size(withoutRouting) <= room) return withoutRouting;
  const command = shorten(outcome.command, 2_000);
  const bare: Outcome = { ...withoutRouting, command, stdout: '', stderr: '', truncated: true };
  const left = room - size(bare);
  // Less than a line or two of output tells nobody anything.
  if (left < 200) return terse(outcome, room);
  const [stdout = 0, stderr = 0] = fairShares([jsonSize(outcome.stdout), jsonSize(outcome.stderr)], left);
  return { ...bare, stdout: shortenTo(outcome.stdout, stdout), stderr: shortenTo(outcome.stderr, stderr) };
}

/** What is left when nothing else fits. */
function terse({ command, ...outcome }: Outcome, room: number): Outcome {
  const { task_id, status, success, return_code, executed_on } = outcome;
  const kept = {
    status,
    success,
    ...(task_id === undefined ? {} : { task_id }),
    ...(return_code === undefined ? {} : { return_code }),
    ...(executed_on === undefined ? {} : { executed_on }),
    command: '',
  };
  return { ...kept, command: shortenTo(shorten(command, 40), room - size(kept)) } as Outcome;
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

/** What a text adds to the JSON of the empty one. */
function jsonSize(text: string): number {
  return JSON.stringify(text).length - 2;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${head(text, length - 1)}…`;
}

/** Head and tail of `text`, so that its JSON takes at most `limit` characters. */
function shortenTo(text: string, limit: number): string {
  if (jsonSize(text) <= limit) return text;
  let keep = Math.floor(((limit - 40) * text.length) / jsonSize(text));
  while (keep >= 2) {
    const [first, last] = [head(text, Math.floor(keep / 2)), tail(text, Math.floor(keep / 2))];
    const left = text.length - first.length - last.length;
    const cut = `${first}\n… ${left} characters left out …\n${last}`;
    if (jsonSize(cut) <= limit) return cut;
    keep = Math.floor(keep * 0.8);
  }
  return '';
}

/** A character of two code units is not cut in half. */
function head(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function tail(text: string, length: number): string {
  const cut = text.slice(-length);
  return /^[\uDC00-\uDFFF]/.test(cut) ? cut.slice(1) : cut;
}
