import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, until, type Json, type Session } from './session.js';

let lab: Lab;
let session: Session;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
  session = await openSession({ config: inventory(lab, { localNode: 'here' }, () => ({ maxTasks: 1 })) });
});
afterAll(async () => {
  await session.close();
  await lab.close();
});

interface Told {
  progress: number;
  message?: string | undefined;
  total?: number | undefined;
}

describe('progress', () => {
  it('tells where a command runs, and then every few seconds how it gets on', async () => {
    const told: Told[] = [];
    await session.call(
      'offload_to',
      { command: 'echo 12345; sleep 7', node_id: 'n1' },
      { onprogress: (progress) => told.push(progress) },
    );
    const messages = told.map(({ message }) => message);
    expect(messages[0]).toBe('running on n1');
    expect(messages).toContainEqual(expect.stringMatching(/^running on n1: \d+ s, 6 bytes of output$/));
    expect(told.length).toBeGreaterThanOrEqual(3);
    for (const [index, { progress, total }] of told.entries()) {
      expect(progress).toBeGreaterThan(told[index - 1]?.progress ?? 0);
      expect(total).toBeUndefined();
    }
  });

  it('tells that a command is queued', async () => {
    const messages: (string | undefined)[] = [];
    const first = session.call('offload_to', { command: 'sleep 300', node_id: 'n1' });
    await until(
      () => lab.node('n1').processes(),
      (pids) => pids.length > 0,
    );
    const second = session.call(
      'offload_to',
      { command: 'sleep 1', node_id: 'n1' },
      { onprogress: ({ message }) => messages.push(message) },
    );
    await until(
      () => messages,
      (all) => all.length > 0,
    );
    expect(messages[0]).toMatch(/^queued/);
    const { tasks } = (await session.call('task_list', { status: 'running' })) as { tasks: Json[] };
    await session.call('task_cancel', { task_id: tasks[0]?.['task_id'] });
    expect(await first).toMatchObject({ status: 'cancelled' });
    expect(await second).toMatchObject({ success: true });
    expect(messages).toContain('running on n1');
  });

  it('sums up several commands', async () => {
    const messages: (string | undefined)[] = [];
    await session.call(
      'parallel_execute',
      { commands: ['sleep 4', 'sleep 4', 'sleep 4', 'sleep 4'] },
      { onprogress: ({ message }) => messages.push(message) },
    );
    expect(messages).toContainEqual(
      expect.stringMatching(/^3 running, 1 queued|^1 queued, 3 running|^\d running/),
    );
  });
});

describe('fault 6: a cancelled call ends its command, with all that it started', () => {
  it.each([
    ['offload_to', { command: 'sleep 300 & (sleep 301; true) & wait', node_id: 'n2' }],
    ['cluster_bash', { command: 'sleep 302; true', requires_capabilities: [] }],
    ['parallel_execute', { commands: ['sleep 303', 'sleep 304', 'sleep 305', 'sleep 306', 'sleep 307'] }],
  ])('%s', async (name, args) => {
    const controller = new AbortController();
    const call = session.client.callTool({ name, arguments: args }, undefined, { signal: controller.signal });
    const active = async () => {
      const { tasks } = (await session.call('task_list')) as { tasks: Json[] };
      return tasks.filter(({ status }) => status === 'running' || status === 'queued');
    };
    await until(active, (tasks) => tasks.some(({ status }) => status === 'running'));
    controller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await until(active, (tasks) => tasks.length === 0);
    const { tasks } = (await session.call('task_list', { limit: 1 })) as { tasks: Json[] };
    expect(tasks).toMatchObject([{ status: 'cancelled' }]);
    for (const node of lab.nodes) expect(await node.processes()).toEqual([]);
  });
});
