import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePlace, type Json, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 2, sshdExtra: () => ['AcceptEnv GIVEN'] });
});
afterAll(() => lab.close());
afterEach(() => place[Symbol.asyncDispose]());
beforeEach(async () => {
  const thresholds = { cpuPercent: 100, load: 10_000, memoryPercent: 100 };
  const nodes = [{ id: 'n1', host: 'n1' }];
  place = await makePlace(
    JSON.stringify({ localNode: 'here', thresholds, ssh: { checkSeconds: 20 }, nodes }),
  );
});

/** The user's SSH configuration: `lines`, which come first, and how the lab's nodes are reached. */
async function configure(lines: readonly string[]): Promise<void> {
  const hosts = lab.nodes.map(({ id, host, port }) => `Host ${id}\nHostName ${host}\nPort ${port}\n`);
  const all = `Host *\nUser ${lab.user}\nIdentityFile ${lab.identityFile}\nUserKnownHostsFile ${lab.knownHostsFile}\n`;
  await mkdir(join(place.home, '.ssh'), { mode: 0o700 });
  await writeFile(sshConfigFile(), [...lines, ...hosts, all].join('\n'), { mode: 0o600 });
}

const sshConfigFile = () => join(place.home, '.ssh', 'config');

const nodeOf = async () => {
  const { nodes } = (await place.json(['doctor'])) as { nodes: Json[] };
  return nodes.find(({ id }) => id === 'n1');
};

describe('what the SSH configuration asks for and does not get', () => {
  it('is named, with its place, for the node and for the jump host before it', async () => {
    await configure([
      'Host n1',
      'ProxyJump n2',
      'Ciphers aes128-ctr',
      'ServerAliveInterval 60',
      'ServerAliveCountMax 3',
      'Host n2',
      'LocalForward 1 localhost:1',
    ]);
    const file = sshConfigFile();
    expect(await nodeOf()).toMatchObject({
      ok: true,
      keys: [lab.identityFile],
      not_honoured: [`Ciphers (${file}:3)`, `jump host 127.0.0.1: LocalForward (${file}:7)`],
      notes: [expect.stringContaining('noticed after 240 s')],
    });
    const { stdout } = await place.cli(['doctor']);
    expect(stdout).toContain(`not honoured: Ciphers (${file}:3)`);
    expect(stdout).toContain('noticed after 240 s');
  });

  it('are keys that cannot be used, too', async () => {
    const encrypted = join(place.folder, 'encrypted');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', encrypted]);
    await configure(['Host n1', `IdentityFile ${encrypted}`]);
    expect(await nodeOf()).toMatchObject({
      ok: true,
      keys: [lab.identityFile],
      notes: [expect.stringMatching(/encrypted is encrypted: run ssh-add/)],
    });
  });
});

describe('what the SSH configuration asks for', () => {
  it('variables of ours reach a command', async () => {
    await configure(['Host n1', 'SendEnv GIVEN SECRET']);
    const env = { GIVEN: 'sent', SECRET: 'refused' };
    const ran = await place.cli(['submit', 'echo "$GIVEN,$SECRET"', '--node', 'n1'], { env });
    expect(ran).toMatchObject({ code: 0, stdout: 'sent,\n' });
  });

  it('ConnectTimeout holds where the inventory has no limit of its own', async () => {
    const mute = createServer((socket) => void socket.on('error', () => socket.destroy()).resume());
    await once(mute.listen(0, '127.0.0.1'), 'listening');
    try {
      await configure(['Host n1', `Port ${(mute.address() as AddressInfo).port}`, 'ConnectTimeout 1']);
      expect(await nodeOf()).toMatchObject({
        ok: false,
        error_code: 'connection-timed-out',
        error: expect.stringContaining('within 1 s'),
      });
    } finally {
      mute.close();
      await once(mute, 'close');
    }
  });
});
