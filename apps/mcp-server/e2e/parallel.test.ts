import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, type Json, type Session } from './session.js';

let lab: Lab;
let session: Session;

beforeAll(async () => {
  lab = await startLab({ nodes: ['n1', 'n2', 'down', 'mac'] });
  const extra = (id: string) => ({ os: id === 'mac' ? 'macos' : 'linux', maxTasks: 4 });
  session = await openSession({ config: inventory(lab, { localNode: 'here' }, extra) });
  await lab.node('down').stop();
});
afterAll(async () => {
  await session.close();
  await lab.close();
});

const parallel = (commands: string[], args: Json = {}) =>
  session.call('parallel_execute', { commands, ...args });
const column = (answer: Json, name: string) => (answer['results'] as Json[]).map((result) => result[name]);

describe('parallel_execute', () => {
  it('answers each command, in the order given', async () => {
    const commands = Array.from({ length: 12 }, (_, index) => `sleep 0.${index % 3}; echo ${index}`);
    const answer = await parallel(commands, { requires_os: 'linux' });
    expect(column(answer, 'command')).toEqual(commands);
    expect(column(answer, 'stdout')).toEqual(commands.map((_, index) => `${index}\n`));
    expect(answer).toMatchObject({
      summary: { total: 12, succeeded: 12, failed: 0, by_status: { completed: 12 } },
      isError: false,
    });
  });

  it('fault 4: spreads over the nodes that can be reached and fit, and over no others', async () => {
    const commands = Array.from({ length: 9 }, (_, index) => `sleep 0.5; echo ${index}`);
    const answer = await parallel(commands, { requires_os: 'linux' });
    expect(column(answer, 'status')).toEqual(commands.map(() => 'completed'));
    expect(new Set(column(answer, 'executed_on'))).toEqual(new Set(['here', 'n1', 'n2']));
  });

  it('runs them at once', async () => {
    // Each waits until the other two have begun: one after another they would wait for ever.
    const meet = (name: string) =>
      `touch meet-${name}; until [ -e meet-a ] && [ -e meet-b ] && [ -e meet-c ]; do sleep 0.05; done`;
    const answer = await parallel(['a', 'b', 'c'].map(meet), { timeout_seconds: 30 });
    expect(column(answer, 'success')).toEqual([true, true, true]);
  });

  it('max_parallel: no more than that many at once', async () => {
    const alone = 'mkdir alone && sleep 0.2 && rmdir alone';
    const answer = await parallel([alone, alone, alone, alone], { max_parallel: 1 });
    expect(column(answer, 'success')).toEqual([true, true, true, true]);
  });

  it('fault 13: whatever becomes of one, the others answer', async () => {
    const commands = [
      'echo fine',
      'exit 3',
      '',
      'echo "open',
      'no-such-program-here',
      'kill -KILL $$',
      'echo last',
    ];
    const answer = await parallel(commands, { requires_os: 'linux' });
    expect(answer).toMatchObject({
      results: [
        { status: 'completed', stdout: 'fine\n' },
        { status: 'failed', success: false, return_code: 3 },
        { status: 'invalid', error_code: 'command-empty' },
        { status: 'invalid', error_code: 'command-unparsable' },
        { status: 'failed', return_code: 127 },
        { status: 'failed', signal: expect.stringContaining('KILL') },
        { status: 'completed', stdout: 'last\n' },
      ],
      summary: { total: 7, succeeded: 2, failed: 5, by_status: { completed: 2, failed: 3, invalid: 2 } },
      isError: false,
    });
  });

  it('fail_fast: what has not started when one fails is cancelled', async () => {
    const answer = await parallel(['exit 1', 'echo never', 'echo never'], {
      max_parallel: 1,
      fail_fast: true,
    });
    expect(column(answer, 'status')).toEqual(['failed', 'cancelled', 'cancelled']);
  });

  it('says for each that no node meets the requirements', async () => {
    const answer = await parallel(['echo a', 'echo b'], { requires_capabilities: ['tpu'] });
    expect(column(answer, 'error_code')).toEqual(['no-node-fits', 'no-node-fits']);
    expect(answer).toMatchObject({ summary: { failed: 2, by_status: { unschedulable: 2 } }, isError: false });
  });

  it('answers 256 results with much output in less than 40,000 characters', async () => {
    const commands = Array.from({ length: 256 }, (_, index) => `seq ${index} 2000; exit ${index % 2}`);
    const answer = await parallel(commands, { requires_os: 'linux' });
    const { isError: _, ...content } = answer;
    expect(JSON.stringify(content).length).toBeLessThan(40_000);
    expect(column(answer, 'return_code')).toEqual(commands.map((_command, index) => index % 2));
    for (const result of answer['results'] as Json[])
      expect(result).toMatchObject({
        task_id: expect.any(String),
        status: expect.any(String),
        success: expect.any(Boolean),
        executed_on: expect.any(String),
        command: expect.stringContaining('seq'),
      });
    expect(answer).toMatchObject({ summary: { total: 256, succeeded: 128, failed: 128 } });
  });
});
