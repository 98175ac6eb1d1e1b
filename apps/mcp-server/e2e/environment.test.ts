import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from './loopback.js';
import { inventory, makePlace, openSession, type Json, type Session } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: ['n1', 'frozen'] });
  await lab.node('frozen').freeze();
});
afterAll(() => lab.close());

/** The lab's nodes, some keys of each changed or, by undefined, left out. */
function nodesWith(change: Json, settings: Json = {}): string {
  const { nodes, ...rest } = JSON.parse(inventory(lab, settings)) as { nodes: Json[] };
  return JSON.stringify({ ...rest, nodes: nodes.map((node) => ({ ...node, ...change })) });
}

const offload = (session: Session, args: Json = {}) =>
  session.call('offload_to', { command: 'echo "$CLUSTERLAB_NODE"', node_id: 'n1', ...args });

describe('CLUSTER_SSH_USER', () => {
  it('is the user on nodes that name none', async () => {
    const config = nodesWith({ user: undefined }, { ssh: { user: 'no-such-user-here' } });
    await using session = await openSession({ config, env: { CLUSTER_SSH_USER: lab.user } });
    expect(await offload(session)).toMatchObject({ success: true });
    await using wrong = await openSession({
      config: nodesWith({ user: undefined }),
      env: { CLUSTER_SSH_USER: 'no-such-user-here' },
    });
    expect(await offload(wrong)).toMatchObject({ error_code: 'authentication-failed' });
  });
});

describe('CLUSTER_SSH_TIMEOUT', () => {
  it('ends a handshake that hangs', async () => {
    await using server = await listen((socket) => socket.write('SSH-2.0-silent\r\n'));
    const settings = { ssh: { checkSeconds: 600 }, timeouts: { connectSeconds: 600 } };
    const env = { CLUSTER_SSH_TIMEOUT: '1', CLUSTER_SSH_RETRIES: '1' };
    await using session = await openSession({ config: nodesWith({ port: server.port }, settings), env });
    expect(await offload(session)).toMatchObject({
      status: 'unreachable',
      error_code: 'connection-timed-out',
    });
  });
});

describe('CLUSTER_SSH_CONNECT_TIMEOUT', () => {
  it('ends a connect that nobody answers', async () => {
    const settings = { ssh: { checkSeconds: 600 }, timeouts: { connectSeconds: 600 } };
    const env = { CLUSTER_SSH_CONNECT_TIMEOUT: '1', CLUSTER_SSH_RETRIES: '1' };
    await using session = await openSession({ config: inventory(lab, settings), env });
    expect(await offload(session, { node_id: 'frozen' })).toMatchObject({
      status: 'unreachable',
      error_code: 'connection-timed-out',
    });
  });
});

describe('CLUSTER_SSH_RETRIES', () => {
  it.each([1, 3])('%i: a host that hangs up is tried that often', async (attempts) => {
    await using server = await listen((socket) => socket.destroy());
    const env = { CLUSTER_SSH_RETRIES: String(attempts) };
    await using session = await openSession({ config: nodesWith({ port: server.port, maxTasks: 1 }), env });
    expect(await offload(session)).toMatchObject({ status: 'unreachable' });
    expect(server.connections()).toBe(attempts);
  });
});

describe('CLUSTER_CMD_TIMEOUT', () => {
  it('is the time limit of a command that names none; 0 is none', async () => {
    await using session = await openSession({ config: inventory(lab), env: { CLUSTER_CMD_TIMEOUT: '1' } });
    expect(await offload(session, { command: 'sleep 300' })).toMatchObject({ status: 'timeout' });
    expect(await session.call('cluster_bash', { command: 'sleep 300' })).toMatchObject({ status: 'timeout' });
    expect(await offload(session, { command: 'sleep 1.5; echo on', timeout_seconds: 0 })).toMatchObject({
      stdout: 'on\n',
    });
  });
});

describe('CLUSTER_STATUS_TIMEOUT', () => {
  it('is how long cluster_status waits for a node', async () => {
    const settings = { ssh: { checkSeconds: 600 } };
    await using session = await openSession({
      config: inventory(lab, settings),
      env: { CLUSTER_STATUS_TIMEOUT: '2' },
    });
    expect(await session.call('cluster_status', { max_age_seconds: 0 })).toMatchObject({
      nodes: {
        n1: { reachable: true },
        frozen: { reachable: false, error_code: 'status-timed-out', error: expect.stringContaining('2 s') },
      },
    });
  });
});

describe('CLUSTER_LOG_LEVEL', () => {
  it('says how much is logged', async () => {
    for (const [level, pattern] of [
      ['DEBUG', /"level":"debug","message":"cluster_bash answered"/],
      ['ERROR', /^$/],
    ] as const) {
      await using session = await openSession({ env: { CLUSTER_LOG_LEVEL: level } });
      await session.call('cluster_bash', { command: 'echo hi' });
      await expect.poll(() => session.stderr()).toMatch(pattern);
      for (const line of session.stderr().split('\n').filter(Boolean))
        expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), message: expect.any(String) });
    }
  });
});

describe('AGENTIC_SYSTEM_PATH', () => {
  it('has the task record below it, for this user alone', async () => {
    await using place = await makePlace();
    const base = join(place.folder, 'agentic');
    const env = { AGENTIC_SYSTEM_PATH: base, CLUSTER_STATE_DIR: '' };
    await using session = await openSession({ env, folder: place.folder });
    await session.call('cluster_bash', { command: 'echo hi' });
    const state = join(base, 'databases', 'cluster');
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    await expect(access(join(session.folder, 'state'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('CLUSTER_<NODE>_HOST and CLUSTER_<NODE>_IP', () => {
  it('say where a node is', async () => {
    const config = nodesWith({ host: 'no-such-host.invalid' });
    await using byHost = await openSession({ config, env: { CLUSTER_N1_HOST: '127.0.0.1' } });
    expect(await offload(byHost)).toMatchObject({ stdout: 'n1\n' });
    await using byIp = await openSession({ config, env: { CLUSTER_N1_IP: '127.0.0.1' } });
    expect(await offload(byIp)).toMatchObject({ stdout: 'n1\n' });
  });
});
