import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statuses } from '../tasks/states.js';
import { answerLimit, fairShares, fitOutcome, fitResults } from './answer-size.js';
import type { Outcome } from './outcome.js';
import { summarise } from './parallel-outcome.js';

const size = (value: unknown) => JSON.stringify(value).length;

const output = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.nat({ max: 60_000 }).map((length) => 'x'.repeat(length)),
  fc.nat({ max: 20_000 }).map((length) => '\u0001"\\'.repeat(length)),
  fc.nat({ max: 10_000 }).map((length) => '😀'.repeat(length)),
);
const node = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
const outcome = (text: fc.Arbitrary<string>): fc.Arbitrary<Outcome> =>
  fc
    .record({
      status: fc.constantFrom(...statuses),
      task_id: fc.option(fc.stringMatching(/^t_[0-9a-z]{17}$/), { nil: undefined }),
      executed_on: fc.option(node, { nil: undefined }),
      return_code: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      command: text,
      error: fc.option(text, { nil: undefined }),
      stdout: text,
      stderr: text,
      nodes: fc.nat({ max: 30 }),
    })
    .map(({ task_id, executed_on, return_code, error, nodes, ...rest }) => ({
      ...rest,
      success: rest.status === 'completed',
      auto_routed: true,
      stdout_bytes: rest.stdout.length,
      stderr_bytes: rest.stderr.length,
      truncated: false,
      routing: {
        reason: 'for a reason',
        nodes: Object.fromEntries(
          Array.from({ length: nodes }, (_, index) => [`n${index}`, { feasible: true, reasons: ['x'] }]),
        ),
      },
      ...(task_id === undefined ? {} : { task_id }),
      ...(executed_on === undefined ? {} : { executed_on }),
      ...(return_code === undefined ? {} : { return_code }),
      ...(error === undefined ? {} : { error }),
    }));
const sample = (text: string): Outcome => {
  const [one] = fc.sample(outcome(fc.constant(text)), 1);
  if (one === undefined) throw new Error('no sample');
  return one;
};
const kept = ({ task_id, status, success, return_code, executed_on }: Outcome) => ({
  task_id,
  status,
  success,
  return_code,
  executed_on,
});

describe('one answer', () => {
  it('stays under the limit and keeps what tells how it ended', () => {
    fc.assert(
      fc.property(outcome(output), (whole) => {
        const fitted = fitOutcome(whole);
        expect(size(fitted)).toBeLessThan(answerLimit);
        expect(kept(fitted)).toEqual(kept(whole));
        if (size(whole) < answerLimit) expect(fitted).toBe(whole);
      }),
    );
  });

  it('keeps head and tail of long output, and all of what is short', () => {
    const long = `begin${'x'.repeat(100_000)}end`;
    const whole = sample('');
    const fitted = fitOutcome({ ...whole, stdout: long, stderr: 'short' });
    expect(fitted.stderr).toBe('short');
    expect(fitted.stdout).toMatch(/^beginx+\n… \d+ characters left out …\nx+end$/);
    expect(fitted.truncated).toBe(true);
    expect(size(fitted)).toBeGreaterThan(answerLimit * 0.9);
  });

  it('does not cut a character in half', () => {
    const whole = sample('');
    for (let offset = 0; offset < 4; offset += 1) {
      const fitted = fitOutcome({
        ...whole,
        stdout: 'x'.repeat(offset) + '😀'.repeat(30_000),
        command: 'y'.repeat(offset) + '😀'.repeat(2_000),
      });
      expect(Buffer.from(fitted.stdout + fitted.command).toString()).toBe(fitted.stdout + fitted.command);
    }
  });
});

describe('many answers', () => {
  it('stay under the limit, however many and long they are', () => {
    const results = fc.array(outcome(output), { minLength: 1, maxLength: 256, size: 'max' });
    fc.assert(
      fc.property(results, (all) => {
        const fitted = fitResults(summarise(all));
        expect(size(fitted)).toBeLessThan(answerLimit);
        expect(fitted.results.map(kept)).toEqual(all.map(kept));
        expect(fitted.summary).toEqual(summarise(all).summary);
      }),
      { numRuns: 40 },
    );
  });

  it('fit with 256 of the longest kind', () => {
    const one = sample('z'.repeat(5_000));
    const longest: Outcome = {
      ...one,
      status: 'needs_approval',
      success: false,
      task_id: 't_0123456789abcdefg',
      return_code: 255,
      executed_on: 'a-node-of-20-letters',
    };
    const all = Array.from({ length: 256 }, () => longest);
    const fitted = fitResults(summarise(all));
    expect(size(fitted)).toBeLessThan(answerLimit);
    expect(fitted.results.map(kept)).toEqual(all.map(kept));
  });

  it('leave the short ones whole where one is long', () => {
    const one = sample('short');
    const { routing: _routing, ...short } = one;
    const fitted = fitResults(summarise([short, { ...short, stdout: 'x'.repeat(100_000) }, short]));
    expect([fitted.results[0], fitted.results[2]]).toEqual([short, short]);
    expect(fitted.results[1]?.stdout).toContain('left out');
    expect(size(fitted)).toBeGreaterThan(answerLimit * 0.9);
  });
});

it('shares room so that nobody gets more than needed, and none is wasted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000 })), fc.nat({ max: 50_000 }), (needs, room) => {
      const shares = fairShares(needs, room);
      const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
      shares.forEach((share, index) => expect(share).toBeLessThanOrEqual(needs[index] ?? 0));
      expect(sum(shares)).toBeLessThanOrEqual(room);
      expect(sum(shares)).toBeGreaterThanOrEqual(Math.min(sum(needs), room - needs.length));
    }),
  );
});
