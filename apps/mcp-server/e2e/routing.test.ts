import { hostname } from 'node:os';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, type Json, type Session } from './session.js';

let lab: Lab;
let session: Session;

const nodes: Record<string, Json> = {
  quick: { priority: 1, maxTasks: 8 },
  builder: { os: 'linux', arch: 'x86_64', capabilities: ['Docker', 'gpu'], specialties: ['compilation'] },
  mac: { os: 'macos', arch: 'arm64', capabilities: ['xcode'], priority: 9 },
};

beforeAll(async () => {
  lab = await startLab({ nodes: Object.keys(nodes) });
  session = await openSession({
    config: inventory(lab, { localNode: 'here' }, (id) => ({ maxTasks: 8, ...nodes[id] })),
  });
});
afterAll(async () => {
  await session.close();
  await lab.close();
});

const bash = (command: string, args: Json = {}) => session.call('cluster_bash', { command, ...args });
const plan = (command: string, args: Json = {}) => session.call('cluster_plan', { command, ...args });

describe('cluster_bash', () => {
  it.each([
    'ls',
    'pwd',
    'cd .',
    'echo hi',
    'cat /dev/null',
    'head /dev/null',
    'tail /dev/null',
    'which sh',
    'type cd',
  ])('keeps the simple command "%s" here', async (command) => {
    expect(await bash(command)).toMatchObject({ executed_on: 'here', success: true, auto_routed: true });
  });

  it('sends a heavy command away, to the node whose specialty names its kind', async () => {
    expect(await bash('make -f /dev/null all >/dev/null 2>&1; echo done')).toMatchObject({
      executed_on: 'builder',
      stdout: 'done\n',
      auto_routed: true,
    });
  });

  it('sends a heavy command that is no specialty to the node of the lowest priority number', async () => {
    expect(await bash('tar cf /dev/null .')).toMatchObject({ executed_on: 'quick', success: true });
  });

  it('explains what it made of every node', async () => {
    const { routing } = await bash('tar cf /dev/null .', { requires_capabilities: ['docker'] });
    expect(routing).toMatchObject({
      chosen: 'builder',
      reason: expect.any(String),
      nodes: {
        here: { feasible: false, reasons: [expect.stringContaining('capabilities')] },
        builder: { feasible: true, score: expect.any(Number) },
      },
    });
  });

  it('auto_route: false runs here, whatever the command weighs', async () => {
    expect(
      await bash('make -f /dev/null all >/dev/null 2>&1; echo done', { auto_route: false }),
    ).toMatchObject({
      executed_on: 'here',
      auto_routed: false,
    });
  });
});

it('the local node is recognised by the host name; a cordoned node gets no new work', async () => {
  const cordoned = (id: string) => ({ cordoned: id !== 'builder' });
  const { nodes: labNodes, ...rest } = JSON.parse(inventory(lab, {}, cordoned)) as { nodes: Json[] };
  const config = JSON.stringify({ ...rest, nodes: [{ id: 'me', host: hostname() }, ...labNodes] });
  await using other = await openSession({ config });
  expect(await other.call('cluster_status', { node_ids: ['me'] })).toMatchObject({ local_node: 'me' });
  expect(await other.call('cluster_plan', { command: 'tar cf /dev/null .' })).toMatchObject({
    routing: {
      chosen: 'builder',
      nodes: { me: { feasible: true }, quick: { feasible: false, reasons: ['cordoned'] } },
    },
  });
});

describe('requirements', () => {
  it.each([
    [{ requires_os: 'macos' }, 'mac'],
    [{ requires_os: 'darwin' }, 'mac'],
    [{ requires_arch: 'arm64' }, 'mac'],
    [{ requires_arch: 'aarch64' }, 'mac'],
    [{ requires_capabilities: ['docker', 'GPU'] }, 'builder'],
    [{ requires_os: 'linux', requires_arch: 'amd64', requires_capabilities: ['gpu'] }, 'builder'],
  ])('fault 9: %j leads a command that is not heavy to %s', async (requirements, node) => {
    expect(await bash('echo "$CLUSTERLAB_NODE"', requirements)).toMatchObject({
      executed_on: node,
      stdout: `${node}\n`,
    });
  });

  it.each([
    [{ requires_capabilities: ['tpu'] }],
    [{ requires_os: 'macos', requires_capabilities: ['docker'] }],
    [{ requires_os: 'macos', auto_route: false }],
  ])('fault 9: nothing runs where no node meets %j', async (requirements) => {
    expect(await bash('echo ran', requirements)).toMatchObject({
      status: 'unschedulable',
      success: false,
      error_code: 'no-node-fits',
      error: expect.any(String),
      hint: expect.any(String),
      stdout: '',
      isError: true,
    });
  });
});

describe('cluster_plan', () => {
  it('says where a command would run and why, and runs nothing', async () => {
    const file = `${session.project}/made-by-plan`;
    expect(await plan(`touch ${file}; make all`)).toMatchObject({
      verdict: 'allow',
      weight: 'heavy',
      kind: 'compilation',
      placement: 'placed',
      routing: { chosen: 'builder' },
      isError: false,
    });
    expect(await bash(`test -e ${file}`, { auto_route: false })).toMatchObject({ return_code: 1 });
  });

  it.each([
    'make',
    'cargo build',
    'npm test',
    'yarn build',
    'pnpm install',
    'pytest',
    'jest',
    'mocha',
    'gcc a.c',
    'g++ a.cc',
    'clang a.c',
    'docker build .',
    'podman run alpine',
    'kubectl apply -f a.yaml',
    'rsync a b',
    'scp a b:',
    'tar xf a.tar',
    'zip a.zip a',
    'unzip a.zip',
    'find . -name "*.c"',
    'grep -r x .',
    'rg x',
    'cd app && make -j8',
    'sudo make install',
  ])('knows that "%s" is heavy', async (command) => {
    expect(await plan(command)).toMatchObject({ weight: 'heavy' });
  });

  it.each([
    'echo latest',
    './latest-news',
    'echo make',
    'lsof',
    'catalog',
    'printf "npm test"',
    'git log --grep=build',
  ])('fault 7: "%s" is not heavy for a word inside of it', async (command) => {
    expect(await plan(command)).toMatchObject({ weight: 'light' });
  });

  it('says that nothing fits, without being an error', async () => {
    expect(await plan('echo x', { requires_capabilities: ['tpu'] })).toMatchObject({
      placement: 'unschedulable',
      error_code: 'no-node-fits',
      isError: false,
    });
  });
});

it('fault 10: a simple local command has a shell', async () => {
  const script = 'touch a.c b.c; echo *.c; echo "$HOME" ~; echo kept > out.txt; cat out.txt & wait';
  expect(await bash(script, { auto_route: false })).toMatchObject({
    stdout: `a.c b.c\n${session.home} ${session.home}\nkept\n`,
  });
  expect(await bash('echo *.c')).toMatchObject({ executed_on: 'here', stdout: 'a.c b.c\n' });
});

it('fault 11: a command begins in the agent’s project folder, there and here', async () => {
  expect(await bash('pwd')).toMatchObject({ stdout: `${session.project}\n`, executed_on: 'here' });
  expect(await bash('tar cf /dev/null .; pwd')).toMatchObject({
    stdout: `${session.project}\n`,
    executed_on: 'quick',
  });
});
