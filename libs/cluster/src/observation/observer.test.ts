import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecuteRequest, Execution, Executor } from '../execution/executor.js';
import { createLocalExecutor } from '../execution/local-executor.js';
import { createObserver } from './observer.js';

let time: number;
let looks: number;
beforeEach(() => {
  time = 1_000_000;
  looks = 0;
});

const local = createLocalExecutor({
  env: process.env,
  home: '/',
  facts: { os: 'linux', arch: 'x86_64', cores: 2 },
});

function observer(execute: (request: ExecuteRequest) => Promise<Execution> = (r) => local.execute(r)) {
  const executor: Executor = {
    facts: () => local.facts(),
    execute: (request) => {
      looks += 1;
      return execute(request);
    },
  };
  return createObserver({ executor, local: false, timeoutMs: 200, now: () => time });
}
const down = () => Promise.reject(Object.assign(new Error('refused'), { code: 'connection-refused' }));

describe('a node that answers', () => {
  it('is seen with its figures', async () => {
    const seen = await createObserver({
      executor: local,
      local: false,
      timeoutMs: 10_000,
      now: () => time,
    }).observe(0);
    expect(seen).toMatchObject({
      reachable: true,
      takenAt: time,
      facts: { cores: 2 },
      snapshot: { cpu: { percent: expect.any(Number) }, memory: { percent: expect.any(Number) } },
    });
  });

  it('is looked at once for all who ask at the same time, and not again while the finding is young', async () => {
    const one = createObserver({
      executor: { facts: () => local.facts(), execute: (r) => ((looks += 1), local.execute(r)) },
      local: false,
      timeoutMs: 10_000,
      now: () => time,
    });
    const [a, b] = await Promise.all([one.observe(0), one.observe(5_000)]);
    expect(a).toBe(b);
    expect(looks).toBe(1);
    time += 4_999;
    expect(await one.observe(5_000)).toBe(a);
    time += 1;
    await one.observe(5_000);
    expect(looks).toBe(2);
  });
});

describe('a node that does not answer', () => {
  it('is a finding, with the reason', async () => {
    expect(await observer(down).observe(0)).toMatchObject({
      reachable: false,
      error: { code: 'connection-refused', message: 'refused' },
    });
  });

  it('is left alone for longer each time, but not for one who insists', async () => {
    const seen = observer(down);
    await seen.observe(60_000);
    time += 1_900;
    await seen.observe(60_000);
    expect(looks).toBe(1);
    time += 200;
    await seen.observe(60_000);
    expect(looks).toBe(2);
    time += 3_000;
    await seen.observe(60_000);
    expect(looks).toBe(2);
    await seen.observe(0);
    expect(looks).toBe(3);
  });

  it('holds nobody up for longer than the limit', async () => {
    const silent = observer(() => new Promise(() => undefined));
    expect(await silent.observe(0)).toMatchObject({
      reachable: false,
      error: { code: 'status-timed-out', message: expect.stringContaining('0.2 s') },
    });
  });

  it('is taken as it was seen last by one who has less patience', async () => {
    let silent = false;
    const seen = createObserver({
      executor: {
        facts: () => local.facts(),
        execute: (r) => (silent ? new Promise(() => undefined) : local.execute(r)),
      },
      local: false,
      timeoutMs: 10_000,
      now: () => time,
    });
    const first = await seen.observe(0);
    silent = true;
    time += 10_000;
    expect(await seen.observe(0, 20)).toBe(first);
  });

  it('is noted when a command found it so', async () => {
    const seen = observer();
    seen.note({ code: 'connection-refused', message: 'refused' });
    expect(seen.last).toMatchObject({ reachable: false, takenAt: time });
    expect(await seen.observe(5_000)).toBe(seen.last);
    expect(looks).toBe(0);
  });
});
