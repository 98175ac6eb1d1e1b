import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, until, type Json } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
});
afterAll(() => lab.close());

// The lab's nodes are one machine and share its load: thresholds at 0 make it too much, very high ones never.
const tooMuch = { thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 0 } };
const config = (settings: Json) =>
  inventory(lab, { localNode: 'here', ...settings }, (id) => ({
    priority: id === 'n2' ? 1 : 5,
    maxTasks: 8,
  }));

describe('fault 3: load is looked at when a node is chosen', () => {
  it('a simple command stays while this machine has room', async () => {
    await using session = await openSession({ config: config({}) });
    expect(await session.call('cluster_bash', { command: 'echo hi' })).toMatchObject({ executed_on: 'here' });
  });

  it('everything leaves once this machine is overloaded, and the answer says why', async () => {
    await using session = await openSession({ config: config(tooMuch) });
    const answer = await session.call('cluster_bash', { command: 'echo "$CLUSTERLAB_NODE"' });
    expect(answer).toMatchObject({ executed_on: 'n2', stdout: 'n2\n' });
    expect(JSON.stringify(answer['routing'])).toContain('memory');
  });

  it('auto_route: false stays all the same', async () => {
    await using session = await openSession({ config: config(tooMuch) });
    expect(await session.call('cluster_bash', { command: 'echo hi', auto_route: false })).toMatchObject({
      executed_on: 'here',
    });
  });
});

describe('cluster_status', () => {
  it('fault 2: shows the figures of every node, this one and remote ones', async () => {
    await using session = await openSession({ config: config({}) });
    const { local_node, nodes } = await session.call('cluster_status', { max_age_seconds: 0 });
    expect(local_node).toBe('here');
    expect(Object.keys(nodes as Json).sort()).toEqual(['here', 'n1', 'n2']);
    for (const node of Object.values(nodes as Json))
      expect(node).toMatchObject({
        reachable: true,
        status: 'healthy',
        cpu_percent: expect.any(Number),
        memory_percent: expect.any(Number),
        load_1m: expect.any(Number),
        cpu_count: expect.any(Number),
        active_tasks: 0,
        max_tasks: expect.any(Number),
        os: 'linux',
        arch: expect.stringMatching(/x86_64|arm64/),
        age_ms: expect.any(Number),
      });
  });

  it('says which nodes are overloaded, which cannot be reached and why', async () => {
    await lab.node('n1').stop();
    try {
      await using session = await openSession({ config: config(tooMuch) });
      expect(await session.call('cluster_status')).toMatchObject({
        nodes: {
          here: { status: 'overloaded', why: expect.stringContaining('memory') },
          n1: {
            reachable: false,
            error_code: 'connection-refused',
            error: expect.any(String),
            hint: expect.any(String),
          },
          n2: { status: 'overloaded', reachable: true },
        },
        isError: false,
      });
    } finally {
      await lab.node('n1').start();
    }
  });

  it('counts the tasks on a node', async () => {
    await using session = await openSession({ config: config({}) });
    const task = await session.call('offload_to', { command: 'sleep 300', node_id: 'n1', wait_seconds: 0 });
    const active = async () => {
      const { nodes } = await session.call('cluster_status', { node_ids: ['n1'] });
      return (nodes as { n1: { active_tasks: number } }).n1.active_tasks;
    };
    await until(active, (count) => count === 1);
    await session.call('task_cancel', { task_id: task['task_id'] });
    expect(await active()).toBe(0);
  });

  it('takes node sets and aliases, and names what it does not know', async () => {
    await using session = await openSession({ config: config({ groups: { farm: 'n[1-2]' } }) });
    const some = await session.call('cluster_status', { node_ids: ['@farm'] });
    expect(Object.keys(some['nodes'] as Json)).toEqual(['n1', 'n2']);
    expect(await session.call('cluster_status', { node_ids: ['n9'] })).toMatchObject({
      status: 'invalid',
      error_code: 'unknown-node',
      hint: expect.stringContaining('n1'),
      isError: true,
    });
  });
});

describe.each([
  ['CLUSTER_CPU_THRESHOLD', 'cpu'],
  ['CLUSTER_LOAD_THRESHOLD', 'load'],
  ['CLUSTER_MEMORY_THRESHOLD', 'memory'],
])('%s', (variable, word) => {
  it('is the limit above which a node counts as overloaded, before the file', async () => {
    await using session = await openSession({ config: config({}), env: { [variable]: '0' } });
    // Until the machine, which runs this test, has had something to do.
    const here = await until(
      async () => {
        const { nodes } = await session.call('cluster_status', { node_ids: ['here'], max_age_seconds: 0 });
        return (nodes as { here: Json }).here;
      },
      ({ status }) => status === 'overloaded',
    );
    expect(String(here['why']).toLowerCase()).toContain(word);
  });
});
