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

const offload = (command: string, args: Json = {}) =>
  session.call('offload_to', { command, node_id: 'n1', ...args });
const output = (task: Json, args: Json = {}) =>
  session.call('task_output', { task_id: task['task_id'], ...args });
const cancel = (task: Json) => session.call('task_cancel', { task_id: task['task_id'] });
const listed = async (task: Json) => {
  const { tasks } = (await session.call('task_list', {})) as { tasks: Json[] };
  return tasks.find(({ task_id }) => task_id === task['task_id']);
};

describe('wait_seconds', () => {
  it('a command that takes longer is not killed: it answers running, with how to follow it', async () => {
    const task = await offload('echo begun; sleep 1; echo ended; exit 4', { wait_seconds: 0.5 });
    expect(task).toMatchObject({
      status: 'running',
      success: false,
      executed_on: 'n1',
      hint: expect.stringContaining('task_output'),
      isError: false,
    });
    expect(await output(task, { wait_seconds: 30 })).toMatchObject({
      data: expect.stringContaining('begun'),
    });
    const end = await until(
      () => output(task, { offset: 6, wait_seconds: 30 }),
      ({ eof }) => eof === true,
    );
    expect(end).toMatchObject({ status: 'failed', return_code: 4, data: 'ended\n', total_bytes: 12 });
  });

  it('a full node is waited for: queued, and then it runs', async () => {
    const first = await offload('sleep 300', { wait_seconds: 0 });
    await until(
      () => listed(first),
      (row) => row?.['status'] === 'running',
    );
    const second = await offload('make --version >/dev/null 2>&1; echo mine', { wait_seconds: 0.3 });
    expect(second).toMatchObject({ status: 'queued', hint: expect.stringContaining('slot') });
    expect(await cancel(first)).toMatchObject({ status: 'cancelled', stopped: 'yes' });
    expect(
      await until(
        () => output(second, { wait_seconds: 30 }),
        ({ eof }) => eof === true,
      ),
    ).toMatchObject({ data: 'mine\n', status: 'completed' });
  });

  it('the lower priority number goes first', async () => {
    const first = await offload('sleep 300', { wait_seconds: 0 });
    await until(
      () => listed(first),
      (row) => row?.['status'] === 'running',
    );
    const file = `${session.project}/order`;
    const later = await offload(`sleep 0.1; echo later >> ${file}`, { priority: 9, wait_seconds: 0 });
    const sooner = await offload(`sleep 0.1; echo sooner >> ${file}`, { priority: 1, wait_seconds: 0 });
    await cancel(first);
    for (const task of [later, sooner])
      await until(
        () => listed(task),
        (row) => row?.['status'] === 'completed',
      );
    expect(await offload(`cat ${file}`)).toMatchObject({ stdout: 'sooner\nlater\n' });
  });
});

describe('task_cancel', () => {
  it('fault 6: ends a command on its node with all that it started', async () => {
    const task = await offload('sleep 300 & (sleep 301; true) & wait', { wait_seconds: 0 });
    await until(
      () => lab.node('n1').processes(),
      (pids) => pids.length >= 2,
    );
    expect(await cancel(task)).toMatchObject({ status: 'cancelled', stopped: 'yes', isError: false });
    expect(await lab.node('n1').processes()).toEqual([]);
    expect(await listed(task)).toMatchObject({ status: 'cancelled' });
  });

  it('leaves what has ended as it is', async () => {
    const task = await offload('exit 2');
    expect(await cancel(task)).toMatchObject({ status: 'failed' });
  });
});

describe('task_output', () => {
  it('fault 12: long output comes shortened, and all of it can be read', async () => {
    const task = await offload('seq 1 2000000');
    const { isError: _, ...content } = task;
    expect(JSON.stringify(content).length).toBeLessThan(40_000);
    expect(task).toMatchObject({ truncated: true, stdout_bytes: 14_888_896, success: true });
    expect(String(task['stdout'])).toMatch(/^1\n2\n[^]*\n2000000\n$/);
    const middle = await output(task, { offset: 7_000_000, limit: 100 });
    expect(middle).toMatchObject({ total_bytes: 14_888_896, eof: false, encoding: 'utf8' });
    expect(await output(task, { offset: 14_888_888 })).toMatchObject({ data: '2000000\n', eof: true });
    const page = await output(task);
    expect(String(page['data']).length).toBe(20_000);
    expect(page).toMatchObject({ next_offset: 20_000 });
  });

  it('finds lines, and reads the two streams apart', async () => {
    const task = await offload('echo one; echo two >&2; echo three');
    expect(await output(task, { grep: '^t' })).toMatchObject({ data: '4:three\n' });
    expect(await output(task, { stream: 'stderr' })).toMatchObject({ data: 'two\n', eof: true });
  });

  it('gives what is no UTF-8 as base64', async () => {
    const task = await offload(`printf '\\377\\376'`);
    expect(await output(task)).toMatchObject({ encoding: 'base64', data: '//4=', total_bytes: 2 });
  });

  it.each([['exit 1'], ['kill -KILL $$'], ['sleep 300']])(
    'fault 14: waits no longer for what has ended, however it did: %s',
    async (command) => {
      const task = await offload(command, { timeout_seconds: 0.3 });
      const startedAt = Date.now();
      expect(await output(task, { wait_seconds: 300 })).toMatchObject({ eof: true });
      expect(Date.now() - startedAt).toBeLessThan(30_000);
    },
  );
});

describe('task_list', () => {
  it('lists newest first, by status and by node', async () => {
    const failed = await offload('exit 5');
    const fine = await session.call('offload_to', { command: 'echo hi', node_id: 'n2' });
    const { tasks } = (await session.call('task_list', { limit: 2 })) as { tasks: Json[] };
    expect(tasks).toMatchObject([
      { task_id: fine['task_id'], status: 'completed', executed_on: 'n2', return_code: 0 },
      { task_id: failed['task_id'], status: 'failed', executed_on: 'n1', return_code: 5, command: 'exit 5' },
    ]);
    for (const [args, found] of [
      [{ status: 'failed', limit: 1 }, failed],
      [{ node_id: 'n2', limit: 1 }, fine],
    ] as const)
      expect(await session.call('task_list', args)).toMatchObject({ tasks: [{ task_id: found['task_id'] }] });
  });

  it('stays under 40,000 characters', async () => {
    const long = `: ${'x'.repeat(2_000)}`;
    await session.call('parallel_execute', { commands: Array.from({ length: 250 }, () => long) });
    const answer = await session.call('task_list', { limit: 1_000 });
    expect(JSON.stringify(answer).length).toBeLessThan(40_100);
    expect((answer['tasks'] as Json[]).length).toBeGreaterThan(100);
  });
});
