import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from './loopback.js';
import { calm, inventory, makePlace, openSession, until, type Json, type Session } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
});
afterAll(() => lab.close());

const offload = (session: Session, args: Json = {}) =>
  session.call('offload_to', { command: 'echo "$CLUSTERLAB_NODE"', node_id: 'n1', ...args });

describe('connections', () => {
  it('fault 15: one handshake serves many commands', async () => {
    await using session = await openSession({ config: inventory(lab) });
    const before = logins(await lab.node('n1').log());
    for (let count = 0; count < 5; count += 1)
      expect(await offload(session)).toMatchObject({ stdout: 'n1\n' });
    await session.call('cluster_status', { max_age_seconds: 0 });
    expect(logins(await lab.node('n1').log()) - before).toBe(1);
  });

  it('more commands at once than sshd allows on a connection all run', async () => {
    await using session = await openSession({ config: inventory(lab, {}, () => ({ maxTasks: 40 })) });
    const commands = Array.from({ length: 60 }, (_, index) => `sleep 0.1; echo ${index}`);
    const { summary } = await session.call('parallel_execute', { commands });
    expect(summary).toMatchObject({ total: 60, succeeded: 60 });
  });

  it('a cut connection is "lost", never a success, and the next command connects anew', async () => {
    await using session = await openSession({ config: inventory(lab) });
    const begun = join(session.project, 'begun');
    const running = offload(session, { command: `touch ${begun}; sleep 300`, node_id: 'n2' });
    await until(() => existsSync(begun));
    await lab.node('n2').stop();
    try {
      expect(await running).toMatchObject({
        status: 'lost',
        success: false,
        error_code: 'connection-lost',
        hint: expect.any(String),
        isError: true,
      });
    } finally {
      await lab.node('n2').start();
    }
    expect(await offload(session, { node_id: 'n2' })).toMatchObject({ stdout: 'n2\n', success: true });
  });
});

/** How often somebody has logged in, as sshd's own log has it. */
const logins = (log: string) => log.match(/Accepted publickey/g)?.length ?? 0;

describe('host keys', () => {
  it('accept-new: an unknown key is recorded, in a file that OpenSSH reads', async () => {
    await using place = await makePlace();
    const knownHostsFile = join(place.folder, 'known_hosts');
    const config = lab.clusterYaml({ knownHostsFile, settings: calm });
    await using session = await openSession({ config, folder: place.folder });
    expect(await offload(session)).toMatchObject({ success: true });
    const { host, port, hostKeyFile } = lab.node('n1');
    const [type, key] = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ');
    const found = execFileSync('ssh-keygen', ['-F', `[${host}]:${port}`, '-f', knownHostsFile], {
      encoding: 'utf8',
    });
    expect(found).toContain(`${type} ${key}`);
  });

  it('strict: an unknown key is refused', async () => {
    await using place = await makePlace();
    const knownHostsFile = join(place.folder, 'known_hosts');
    const settings = { ...calm, ssh: { ...calm.ssh, hostKeys: 'strict' } };
    const config = lab.clusterYaml({ knownHostsFile, settings });
    await using session = await openSession({ config, folder: place.folder });
    expect(await offload(session)).toMatchObject({
      status: 'unreachable',
      error_code: 'host-key-unknown',
      hint: expect.any(String),
      isError: true,
    });
  });
});

describe('the user’s OpenSSH configuration', () => {
  it('leads to a node: host name, port, user and key', async () => {
    await using place = await makePlace();
    await mkdir(join(place.home, '.ssh'), { mode: 0o700 });
    const hosts = await readFile(lab.sshConfigFile, 'utf8');
    await writeFile(join(place.home, '.ssh', 'config'), hosts, { mode: 0o600 });
    const config = JSON.stringify({ ...calm, nodes: [{ id: 'mine', host: 'n2' }] });
    await using session = await openSession({ config, folder: place.folder });
    expect(await offload(session, { node_id: 'mine' })).toMatchObject({ stdout: 'n2\n', success: true });
  });

  it('leads through a jump host', async () => {
    await using place = await makePlace();
    await mkdir(join(place.home, '.ssh'), { mode: 0o700 });
    const hosts = `Host n2\n  ProxyJump n1\n${await readFile(lab.sshConfigFile, 'utf8')}`;
    await writeFile(join(place.home, '.ssh', 'config'), hosts, { mode: 0o600 });
    const config = JSON.stringify({ ...calm, nodes: [{ id: 'n2', host: 'n2' }] });
    await using session = await openSession({ config, folder: place.folder });
    const before = logins(await lab.node('n1').log());
    expect(await offload(session, { node_id: 'n2' })).toMatchObject({ stdout: 'n2\n' });
    expect(logins(await lab.node('n1').log())).toBe(before + 1);
  });
});

describe('addresses', () => {
  const at = (host: string, more: Json = {}) => {
    const { ssh, nodes } = JSON.parse(inventory(lab)) as { ssh: Json; nodes: Json[] };
    return JSON.stringify({ ...calm, ssh, nodes: [{ ...nodes[0], host, ...more }] });
  };

  it('one that the user wrote is used as written, loopback too; a name that leads to loopback is refused', async () => {
    await using written = await openSession({ config: at('127.0.0.1') });
    expect(await offload(written)).toMatchObject({ success: true });
    await using named = await openSession({ config: at('localhost') });
    expect(await offload(named)).toMatchObject({ status: 'unreachable', error_code: 'address-refused' });
  });

  it('the fallback address serves where the name cannot be resolved', async () => {
    await using session = await openSession({
      config: at('no-such-host.invalid', { fallbackIp: '127.0.0.1' }),
    });
    expect(await offload(session)).toMatchObject({ success: true, stdout: 'n1\n' });
  });

  it('fault 8: IPv6 is an address like any other', async () => {
    const node = lab.node('n1');
    await using six = await listen((socket) => {
      const onward = connect(node.port, node.host);
      socket.pipe(onward).pipe(socket);
      onward.on('error', () => socket.destroy());
    }, '::1');
    await using place = await makePlace();
    const settings = { ...calm, ssh: { ...calm.ssh, knownHostsFile: join(place.folder, 'known_hosts') } };
    const { ssh, nodes, ...rest } = JSON.parse(lab.clusterYaml({ settings })) as { ssh: Json; nodes: Json[] };
    const config = JSON.stringify({ ...rest, ssh, nodes: [{ ...nodes[0], host: '::1', port: six.port }] });
    await using session = await openSession({ config, folder: place.folder });
    expect(await offload(session)).toMatchObject({ success: true, stdout: 'n1\n' });
    expect(six.connections()).toBe(1);
  });
});
