import { describe, expect, it } from 'vitest';
import { TransportError } from '../errors.js';
import { createBreaker } from './breaker.js';

const silent = new TransportError('connection-timed-out', 'n1 did not answer within 2 s.', {
  hint: 'Is it on?',
});

/** A breaker with a clock that is set by hand, and no jitter unless asked for. */
function setUp({ attempts = 1, longestRestMs = 10_000, random = 1 } = {}) {
  const clock = { ms: 1_000 };
  const breaker = createBreaker({ attempts, longestRestMs, now: () => clock.ms, random: () => random });
  let asked = 0;
  /** One attempt that takes `costMs`; what it gives, or fails with. */
  const attempt = (outcome: unknown, costMs = 2_000) =>
    breaker
      .attempt(() => {
        asked += 1;
        clock.ms += costMs;
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      })
      .catch((error: unknown) => error);
  return { breaker, clock, attempt, asked: () => asked };
}

describe('a server that was found dead', () => {
  it('costs the next caller nothing, who hears the first cause and when it is tried again', async () => {
    const { attempt, asked, clock } = setUp();
    expect(await attempt(silent)).toBe(silent);
    clock.ms += 500;
    expect(await attempt('up')).toMatchObject({
      code: 'connection-timed-out',
      message: 'n1 did not answer within 2 s. It is tried again in 1.5 s.',
      hint: 'Is it on?',
      retryAfterMs: 1_500,
      cause: silent,
    });
    expect(asked()).toBe(1);
  });

  it('is asked by one after its rest, and the others share the answer', async () => {
    const { breaker, attempt, asked, clock } = setUp();
    await attempt(silent);
    clock.ms += 2_000;
    let answer: (connection: string) => void = () => undefined;
    const probe = breaker.attempt(() => new Promise<string>((resolve) => (answer = resolve)));
    const others = Promise.all([attempt('second', 0), attempt('third', 0)]);
    await new Promise(setImmediate);
    expect(asked()).toBe(1);
    answer('first');
    expect(await probe).toBe('first');
    expect(await others).toEqual(['second', 'third']);
    expect(breaker.dead).toBe(false);
  });

  it('that is still dead rests again, for all who waited', async () => {
    const { breaker, attempt, asked, clock } = setUp();
    await attempt(silent);
    clock.ms += 2_000;
    let refuse: (error: Error) => void = () => undefined;
    const probe = breaker.attempt(() => new Promise((_, reject) => (refuse = reject)));
    const other = attempt('up');
    clock.ms += 2_000;
    refuse(silent);
    await expect(probe).rejects.toBe(silent);
    expect(await other).toMatchObject({ retryAfterMs: 4_000, cause: silent });
    expect(asked()).toBe(1);
  });

  it('that refused the one who asked is not asked by those who waited', async () => {
    const { breaker, attempt, asked } = setUp();
    const refused = new TransportError('connection-refused', 'nobody there', { hint: 'Look.' });
    await attempt(refused, 3);
    let refuse: (error: Error) => void = () => undefined;
    const probe = breaker.attempt(() => new Promise((_, reject) => (refuse = reject)));
    const others = Promise.all([attempt('up'), attempt('up')]);
    refuse(refused);
    await expect(probe).rejects.toBe(refused);
    expect(await others).toEqual([refused, refused]);
    expect(asked()).toBe(1);
  });

  it('rests twice as long each time, up to the limit, and from the start once it has answered', async () => {
    const { attempt, clock } = setUp();
    const restMs = async () => {
      const { retryAfterMs } = (await attempt('not asked')) as TransportError;
      clock.ms += retryAfterMs ?? Number.NaN;
      return retryAfterMs;
    };
    for (const expected of [2_000, 4_000, 8_000, 10_000, 10_000]) {
      await attempt(silent);
      expect(await restMs()).toBe(expected);
    }
    expect(await attempt('up')).toBe('up');
    await attempt(silent);
    expect(await restMs()).toBe(2_000);
  });

  it('does not come back to everybody at the same moment', async () => {
    const rests = [0, 0.5, 1].map(async (random) => {
      const { attempt } = setUp({ random });
      await attempt(silent);
      return ((await attempt('up')) as TransportError).retryAfterMs;
    });
    expect(await Promise.all(rests)).toEqual([1_000, 1_500, 2_000]);
  });

  it('that refuses at once is asked each time: it may be back', async () => {
    const { breaker, attempt, asked } = setUp();
    const refused = new TransportError('connection-refused', 'nobody there', { hint: 'Look.' });
    for (let count = 1; count <= 8; count += 1) {
      expect(await attempt(refused, 3)).toBe(refused);
      expect(asked()).toBe(count);
      expect(breaker.dead).toBe(true);
    }
    expect(await attempt('up', 3)).toBe('up');
  });

  it('never rests where that is not wanted', async () => {
    const { attempt, asked } = setUp({ longestRestMs: 0 });
    await attempt(silent);
    expect(await attempt(silent)).toBe(silent);
    expect(asked()).toBe(2);
  });
});

describe('a server that is to count as dead', () => {
  it('must have failed as often as there are attempts, in a row', async () => {
    const { breaker, attempt } = setUp({ attempts: 2 });
    await attempt(silent);
    await attempt('up');
    await attempt(silent);
    expect(breaker.dead).toBe(false);
    await attempt(silent);
    expect(breaker.dead).toBe(true);
  });

  it('is found so once by many that ask side by side', async () => {
    const { breaker, attempt, clock } = setUp();
    const refusals: ((error: Error) => void)[] = [];
    const dials = [1, 2, 3].map(() =>
      breaker.attempt(() => new Promise((_, reject) => refusals.push(reject))),
    );
    clock.ms += 2_000;
    for (const refuse of refusals) refuse(silent);
    await Promise.allSettled(dials);
    expect(await attempt('up')).toMatchObject({ retryAfterMs: 2_000 });
  });

  it('has not to be asked twice where its name leads nowhere', async () => {
    const { breaker, attempt } = setUp({ attempts: 3 });
    await attempt(new TransportError('host-not-found', 'no such name', { hint: 'Look.' }));
    expect(breaker.dead).toBe(true);
  });
});

describe('what says that a server lives', () => {
  it.each([
    'server-busy',
    'authentication-failed',
    'host-key-changed',
    'host-key-unknown',
    'host-key-revoked',
  ] as const)('%s', async (code) => {
    const { breaker, attempt, clock } = setUp();
    const refusal = new TransportError(code, 'refused', { hint: 'Look.' });
    await attempt(refusal);
    expect(breaker.dead).toBe(false);
    await attempt(silent);
    clock.ms += 2_000;
    expect(await attempt(refusal)).toBe(refusal);
    expect(breaker.dead).toBe(false);
  });

  it.each(['address-refused', 'cancelled', 'transport-closed'] as const)(
    'nor does %s say that it is dead',
    async (code) => {
      const { breaker, attempt } = setUp();
      await attempt(new TransportError(code, 'our own', { hint: 'Look.' }));
      await attempt(new Error('anything'));
      expect(breaker.dead).toBe(false);
    },
  );
});
