import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listener } from './loopback.js';
import { inventory, openSession, until, type Json, type Session } from './session.js';

let lab: Lab;
let session: Session;

const short = { timeouts: { connectSeconds: 2, statusSeconds: 4 }, ssh: { checkSeconds: 2, retries: 1 } };

/** Every way in which a host can be of no use, and what the answer then has to say. */
const bad: [string, Json, string | RegExp][] = [
  ['does not resolve', { host: 'no-such-host.invalid' }, 'host-not-found'],
  ['refuses', {}, 'connection-refused'],
  ['hangs: it accepts and says nothing', {}, /^(connection-timed-out|handshake-failed)$/],
  ['changes its key', {}, 'host-key-changed'],
  ['rejects the user', { user: 'no-such-user-here' }, 'authentication-failed'],
];
const ids = ['unresolved', 'refuses', 'hangs', 'rekeyed', 'rejects'];

beforeAll(async () => {
  lab = await startLab({ nodes: [...ids, 'fine'] });
  const extra = (id: string) => ({ maxTasks: 4, ...bad[ids.indexOf(id)]?.[1] });
  session = await openSession({ config: inventory(lab, { localNode: 'here', ...short }, extra) });
  await Promise.all([lab.node('refuses').stop(), lab.node('hangs').freeze(), lab.node('rekeyed').rekey()]);
});
afterAll(async () => {
  await session.close();
  await lab.close();
});

describe.each(bad.map(([what, , code], index) => ({ what, code, id: ids[index] ?? '' })))(
  'a host that $what',
  ({ code, id }) => {
    it('is unreachable for offload_to, with a stable code and what to do; the server goes on serving', async () => {
      const answer = await session.call('offload_to', { command: 'echo ran', node_id: id });
      expect(answer).toMatchObject({
        status: 'unreachable',
        success: false,
        error: expect.stringMatching(/\w/),
        error_code: expect.stringMatching(code),
        hint: expect.stringMatching(/\w/),
        stdout: '',
        isError: true,
      });
      expect(answer).not.toHaveProperty('return_code');
      expect(await session.call('offload_to', { command: 'echo on', node_id: 'fine' })).toMatchObject({
        stdout: 'on\n',
      });
    });

    it('says the same in cluster_status', async () => {
      const { nodes } = await session.call('cluster_status', { node_ids: [id], max_age_seconds: 0 });
      expect((nodes as Record<string, Json>)[id]).toMatchObject({
        reachable: false,
        error_code: expect.stringMatching(code),
        hint: expect.stringMatching(/\w/),
      });
    });
  },
);

it('a host that hangs is asked by one call now and then; the others hear at once when it is tried again', async () => {
  const errors: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    const answer = await session.call('offload_to', { command: 'echo ran', node_id: 'hangs' });
    errors.push(String(answer['error']));
  }
  const atOnce = errors.filter((error) =>
    /did not say a word within 2 s\. It is tried again in \d+\.\d s\.$/.test(error),
  );
  expect(atOnce.length).toBeGreaterThanOrEqual(4);
});

it('what fits and cannot be reached is passed over for what can', async () => {
  expect(
    await session.call('cluster_bash', { command: 'tar cf /dev/null .; echo "$CLUSTERLAB_NODE"' }),
  ).toMatchObject({ executed_on: 'fine', stdout: 'fine\n' });
});

it('where only what cannot be reached would fit, nothing runs, and the answer says so', async () => {
  const config = inventory(lab, { localNode: 'here', ...short }, (id) =>
    id === 'refuses' ? { capabilities: ['tpu'] } : {},
  );
  await using other = await openSession({ config });
  expect(
    await other.call('cluster_bash', { command: 'echo ran', requires_capabilities: ['tpu'] }),
  ).toMatchObject({
    status: 'unschedulable',
    error_code: 'only-unreachable-fit',
    hint: expect.any(String),
    stdout: '',
    isError: true,
  });
});

describe('fault 5: nothing blocks the server', () => {
  it('a long command stops no other call', async () => {
    const long = session.call('offload_to', { command: 'sleep 300', node_id: 'fine' });
    await until(
      () => lab.node('fine').processes(),
      (pids) => pids.length > 0,
    );
    expect(await session.call('cluster_bash', { command: 'echo meanwhile' })).toMatchObject({
      success: true,
    });
    expect(await session.call('offload_to', { command: 'echo meanwhile', node_id: 'fine' })).toMatchObject({
      success: true,
    });
    const { tasks } = (await session.call('task_list', { status: 'running' })) as { tasks: Json[] };
    await session.call('task_cancel', { task_id: tasks[0]?.['task_id'] });
    expect(await long).toMatchObject({ status: 'cancelled' });
  });

  it('status asks all nodes at once: many silent ones take as long as one', async () => {
    const listening: Listener[] = [];
    await using stack = new AsyncDisposableStack();
    for (let count = 0; count < 16; count += 1) listening.push(stack.use(await listen(() => undefined)));
    const nodes = listening.map(({ port }, index) => ({ id: `s${index}`, host: '127.0.0.1', port }));
    const ssh = { ...short.ssh, knownHostsFile: join(session.folder, 'none') };
    await using other = await openSession({ config: JSON.stringify({ ...short, ssh, nodes }) });
    const startedAt = Date.now();
    const answer = await other.call('cluster_status', { max_age_seconds: 0 });
    const tookMs = Date.now() - startedAt;
    const seen = answer['nodes'] as Record<string, Json>;
    expect(nodes.map(({ id }) => seen[id]?.['reachable'])).toEqual(nodes.map(() => false));
    // One after another they would take 16 times the limit of 2 seconds.
    expect(tookMs).toBeLessThan(20_000);
  });
});
