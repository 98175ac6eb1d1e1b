import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLab, type Lab, type LabNode, type LabOptions } from './index.js';
import { readBanner } from './loopback.js';
import { readProcess } from './process-table.js';
import { runSsh } from './run-ssh.js';
import { waitUntil } from './wait-until.js';

describe.each(['sshd', 'embedded'] as const)('a lab of %s nodes', (engine) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ nodes: 3, engine });
  });
  afterAll(() => lab.close());
  const ssh = (id: string, command: string, input?: string) =>
    runSsh(lab.sshConfigFile, [id, command], input);

  /** Starts a command that stays, and waits until the node shows it. */
  async function startSleeping(id: string, command: string) {
    const client = spawn('ssh', ['-F', lab.sshConfigFile, id, command], { stdio: 'ignore' });
    const ended = once(client, 'exit');
    const pids = await waitUntil(
      async () => {
        const found = await lab.node(id).processes();
        return found.some((pid) => readProcess(pid)?.name === 'sleep') ? found : undefined;
      },
      { timeoutMs: 20_000, everyMs: 20 },
    );
    if (pids === undefined) throw new Error('the command did not appear');
    return { pids, ended };
  }

  test('runs commands and passes on their exit codes, output and input', async () => {
    expect(await ssh('n1', 'cat; echo no >&2; exit 7', 'yes')).toEqual({
      code: 7,
      stdout: 'yes',
      stderr: 'no\n',
    });
    expect((await ssh('n2', 'echo $CLUSTERLAB_NODE')).stdout).toBe('n2\n');
    expect((await runSsh(lab.sshConfigFile, ['n3'], 'pwd; exit 3\n')).code).toBe(3);
  });

  test('every node has a home of its own, where sessions start', async () => {
    const homes = await Promise.all(
      ['n1', 'n2', 'n3'].map(async (id) => (await ssh(id, 'echo $HOME; pwd')).stdout),
    );
    expect(homes).toEqual(lab.nodes.map(({ home }) => `${home}\n${home}\n`));
    expect(statSync(lab.folder).mode & 0o777).toBe(0o700);
  });

  test("the command's shell leads its session and its process group", async () => {
    const answer = await ssh('n1', 'echo $$; ps -o pid=,pgid=,sid= -p $$');
    expect(new Set(answer.stdout.trim().split(/\s+/)).size).toBe(1);
  });

  test('a stopped node refuses, its commands are gone, and it comes back with the same key', async () => {
    const { pids, ended } = await startSleeping(
      'n1',
      '(setsid sleep 300 </dev/null >/dev/null 2>&1 &) ; sleep 300',
    );
    await lab.node('n1').stop();
    await ended;
    expect(pids.filter((pid) => readProcess(pid)?.name === 'sleep')).toEqual([]);
    expect((await ssh('n1', 'true')).stderr).toContain('Connection refused');
    await lab.node('n1').start();
    expect((await ssh('n1', 'true')).code).toBe(0);
  });

  test('a frozen node lets TCP connect and sends no banner', async () => {
    const node = lab.node('n2');
    await node.freeze();
    const socket = connect(node.port, node.host);
    await once(socket, 'connect');
    socket.destroy();
    expect(await readBanner(node.port, 500)).toBeUndefined();
    await node.thaw();
    expect((await ssh('n2', 'true')).code).toBe(0);
  });

  test('dropped connections end the client and leave the listener and the command', async () => {
    const { ended } = await startSleeping('n2', 'sleep 300 </dev/null >/dev/null 2>&1');
    await lab.node('n2').dropConnections();
    expect(await ended).toEqual([255, null]);
    const left = await lab.node('n2').processes();
    expect(left.map((pid) => readProcess(pid)?.name)).toContain('sleep');
    expect((await ssh('n2', 'true')).code).toBe(0);
  });

  test('a new host key is noticed by the client', async () => {
    await lab.node('n3').rekey();
    const answer = await ssh('n3', 'true');
    expect(answer.code).toBe(255);
    expect(answer.stderr).toMatch(/HOST IDENTIFICATION HAS CHANGED|verification failed/);
  });

  test('two labs live side by side; closing one leaves no process, no folder and the other alone', async () => {
    const other = await startLab({ nodes: ['a'], engine });
    await runSsh(other.sshConfigFile, ['a', '(setsid sleep 300 </dev/null >/dev/null 2>&1 &)']);
    const pids = await other.node('a').processes();
    expect(pids).not.toEqual([]);
    await Promise.all([other.close(), other.close()]);
    expect(pids.filter((pid) => readProcess(pid) !== undefined)).toEqual([]);
    expect(existsSync(other.folder)).toBe(false);
    expect((await ssh('n1', 'true')).code).toBe(0);
  });

  test('an unknown node is named', () => {
    expect(() => lab.node('n9')).toThrow(expect.objectContaining({ code: 'unknown-node' }));
  });
});

test('SFTP starts in the home of the node; added lines win over the ones of the lab', async () => {
  await using lab = await startLab({
    nodes: 1,
    engine: 'sshd',
    sshdExtra: () => ['SetEnv ADDED=yes', 'LogLevel VERBOSE'],
  });
  const answer = await runSsh(lab.sshConfigFile, ['-b', '-', 'n1'], 'pwd\n', 'sftp');
  expect(answer.stdout).toContain(lab.node('n1').home);
  expect((await runSsh(lab.sshConfigFile, ['n1', 'echo $ADDED'])).stdout).toBe('yes\n');
  expect(await lab.node('n1').log()).toContain('Connection from 127.0.0.1');
});

test('a .bashrc of the node is read once, as without a forced command', async () => {
  await using lab = await startLab({ nodes: 1, engine: 'sshd' });
  await writeFile(join(lab.node('n1').home, '.bashrc'), 'echo read\n');
  const answer = await runSsh(lab.sshConfigFile, ['n1', 'echo "$SHELL"']);
  const [shell, ...greetings] = answer.stdout.trim().split('\n').reverse();
  expect(greetings).toEqual(shell?.endsWith('/bash') ? ['read'] : []);
});

test('a folder with blanks and a quote in its name works, and 32 nodes start quickly', async () => {
  await using first = await startLab({ nodes: 1 });
  const folder = join(first.folder, "it's a lab");
  await mkdir(folder);
  const lab = await startLab({ nodes: 1, folder, engine: 'sshd' });
  expect((await runSsh(lab.sshConfigFile, ['n1', 'pwd'])).stdout).toBe(`${lab.node('n1').home}\n`);
  await expect(startLab({ nodes: 1, folder })).rejects.toMatchObject({ code: 'lab-exists' });
  await lab.close();
  await rm(folder, { recursive: true, force: true });
  const from = performance.now();
  await using many = await startLab({ nodes: 32, engine: 'sshd', homes: false });
  expect(performance.now() - from).toBeLessThan(15_000);
  expect(many.nodes.map((node) => node.id).slice(-1)).toEqual(['n32']);
});

test('somebody without privileges logs in, and the machine is left as it is', async () => {
  const before = readFileSync('/etc/passwd', 'utf8');
  await using lab = await startLab({ nodes: 2, engine: 'sshd', user: {} });
  const { home } = lab.node('n1');
  const answer = await runSsh(lab.sshConfigFile, ['n1', 'id -un; id -u; pwd; echo ~; touch mine']);
  expect(answer.stderr).toBe('');
  const [name, uid, ...folders] = answer.stdout.trim().split('\n');
  expect({ name, folders }).toEqual({ name: lab.user, folders: [home, home] });
  expect(Number(uid)).toBeGreaterThan(0);
  expect(existsSync(join(home, 'mine'))).toBe(true);
  expect((await runSsh(lab.sshConfigFile, ['n2', 'ls -A'])).stdout).toBe('');
  expect(readFileSync('/etc/passwd', 'utf8')).toBe(before);
});

/** Packages that could not be installed here; with CI=true there are none. */
const missing = process.env['CLUSTER_TEST_MISSING'] ?? '';
const asRoot = process.getuid?.() === 0;

describe.each([
  ['fish', 'fish'],
  ['zsh', 'zsh'],
  ['tcsh', 'tcsh'],
  ['dash', 'dash'],
  ['busybox', 'ash'],
])('login shell %s', (shell, name) => {
  test.skipIf(!asRoot || missing.includes(shell))('is what root and others get', async () => {
    await using root = await startLab({ nodes: 1, engine: 'sshd', user: { name: 'root', shell } });
    const user = { name: 'ann', uid: 4321, shell };
    await using other = await startLab({ nodes: 1, engine: 'sshd', user });
    const answers = [root, other].map((lab) => runSsh(lab.sshConfigFile, ['n1', 'id -u; echo $SHELL']));
    const said = (await Promise.all(answers)).map(({ stdout }) => stdout.trim().split(/\n.*\//));
    expect(said).toEqual([
      ['0', name],
      ['4321', name],
    ]);
  });
});

test.skipIf(!asRoot)('a shell that is not there, and servers that know no users, are named', async () => {
  const start = (options: Partial<LabOptions>) => startLab({ nodes: 1, ...options });
  await expect(start({ user: { shell: 'no-such-shell' } })).rejects.toMatchObject({ code: 'no-shell' });
  await expect(start({ engine: 'embedded', user: { name: 'ann' } })).rejects.toMatchObject({
    code: 'no-sshd',
  });
});

test.skipIf(!asRoot)('a disk of a node’s own can be full, and is seen by that node alone', async () => {
  await using lab = await startLab({ nodes: 1, engine: 'sshd', diskBytes: 65_536 });
  const fill = 'echo kept >kept; head -c 100000 /dev/zero >filler; cat kept';
  const answer = await runSsh(lab.sshConfigFile, ['n1', fill]);
  expect(answer).toMatchObject({ stdout: 'kept\n', stderr: expect.stringContaining('No space left') });
  expect(readdirSync(lab.node('n1').home)).toEqual([]);
});

describe('SSH set-ups of other sites', () => {
  test('a jump host leads to the node, each with a key of its own', async () => {
    await using lab = await startLab({ nodes: 1, engine: 'sshd', jumpHosts: 2 });
    expect(lab.nodes.map(({ id }) => id)).toEqual(['n1']);
    expect(lab.jumpHosts.map(({ id }) => id)).toEqual(['j1', 'j2']);
    const ids = ['n1', 'j1', 'j2'];
    expect(new Set(ids.map((id) => lab.node(id).identityFile)).size).toBe(3);
    const answer = await runSsh(lab.sshConfigFile, ['n1', 'echo $CLUSTERLAB_NODE']);
    expect(answer).toEqual({ code: 0, stdout: 'n1\n', stderr: '' });
    await lab.node('j1').stop();
    expect((await runSsh(lab.sshConfigFile, ['n1', 'true'])).code).toBe(255);
    const wrongKey = ['-i', lab.identityFile, '-o', 'IdentitiesOnly=yes', 'j2', 'true'];
    await lab.node('j1').start();
    expect((await runSsh('/dev/null', [...direct(lab.node('j2')), ...wrongKey])).stderr).toMatch(/denied/);
  });

  test.each(['server', 'key'] as const)(
    'a command forced by the %s waits for the one asked for',
    async (by) => {
      for (const user of [undefined, {}]) {
        const options = { nodes: 1, forcedCommand: by, ...(user === undefined ? {} : { user }) };
        await using lab = await startLab({ engine: 'sshd', ...options });
        const asked = 'echo "$SSH_ORIGINAL_COMMAND"; pwd; ps -o args= -p $PPID; exit 7';
        const { stdout, code } = await runSsh(lab.sshConfigFile, ['n1', asked]);
        const [line, folder, parent] = stdout.trim().split('\n');
        expect({ line, folder, code }).toEqual({ line: asked, folder: lab.node('n1').home, code: 7 });
        expect(parent).toMatch(/\/enter$/);
      }
    },
  );

  test('SFTP can be off', async () => {
    await using lab = await startLab({ nodes: 1, engine: 'sshd', sftp: false });
    const answer = await runSsh(lab.sshConfigFile, ['-b', '-', 'n1'], 'pwd\n', 'sftp');
    expect(answer).toMatchObject({ code: 255, stderr: expect.stringMatching(/subsystem request failed/) });
  });

  test.skipIf(!asRoot || missing.includes('dropbear-bin'))('dropbear serves root and others', async () => {
    for (const user of [undefined, {}]) {
      await using lab = await startLab({
        nodes: 2,
        engine: 'dropbear',
        ...(user === undefined ? {} : { user }),
      });
      const asked = 'id -un; pwd; echo $HOME $CLUSTERLAB_NODE; cat; exit 3';
      const answer = await runSsh(lab.sshConfigFile, ['n2', asked], 'input');
      const { home } = lab.node('n2');
      expect(answer).toEqual({ code: 3, stdout: `${lab.user}\n${home}\n${home} n2\ninput`, stderr: '' });
      expect(await lab.node('n2').log()).toMatch(/Pubkey auth succeeded/);
      await lab.node('n2').rekey();
      expect((await runSsh(lab.sshConfigFile, ['n2', 'true'])).code).toBe(255);
    }
  });
});

/** For ssh without the lab's own configuration file. */
function direct(node: LabNode): string[] {
  const options = { HostName: node.host, Port: node.port, User: node.user, BatchMode: 'yes' };
  const noKeys = { StrictHostKeyChecking: 'no', UserKnownHostsFile: '/dev/null', IdentityAgent: 'none' };
  return Object.entries({ ...options, ...noKeys }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
