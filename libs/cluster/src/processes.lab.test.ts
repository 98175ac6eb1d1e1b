import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './answers/outcome.js';
import { openCluster, type Cluster, type OpenClusterOptions } from './open-cluster.js';
import type { Status } from './tasks/states.js';
import { surroundings } from './wiring/this-machine.js';

/** Several processes, or what stands for them, share one state folder. */
let lab: Lab;
let folder: string;
let env: NodeJS.ProcessEnv;
let clusters: Cluster[];
let built: string;
let program: string;

beforeAll(async () => {
  [lab, built] = await Promise.all([startLab({ nodes: 1 }), mkdtemp(join(tmpdir(), 'cluster-program-'))]);
  program = join(built, 'program.mjs');
  buildProgram();
});
afterAll(async () => {
  await lab.close();
  await rm(built, { recursive: true });
});

/** A program that opens the cluster, runs one request, prints output and answer, and closes the cluster. */
function buildProgram(): void {
  const here = new URL('.', import.meta.url).pathname;
  const source = [
    `import { openCluster } from ${JSON.stringify(join(here, 'open-cluster.ts'))};`,
    `import { surroundings } from ${JSON.stringify(join(here, 'wiring/this-machine.ts'))};`,
    `const cluster = await openCluster({ around: surroundings(process.env, process.cwd()) });`,
    `const onOutput = (_stream, chunk) => void process.stdout.write(chunk);`,
    `const outcome = await cluster.run(JSON.parse(process.argv[2]), { onOutput });`,
    `process.stdout.write(JSON.stringify(outcome));`,
    `await cluster.close();`,
  ];
  const banner = [
    `import { createRequire } from 'node:module';`,
    `const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`,
  ];
  const options = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--conditions=@cluster-execution/source',
    '--external:cpu-features',
    '--external:*.node',
    '--log-level=error',
    `--outfile=${program}`,
    `--banner:js=${banner.join(' ')}`,
  ];
  const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
  execFileSync(esbuild, options, { input: source.join('\n'), cwd: here });
}

/** Runs a request in a process of its own, which has ended then. */
function runElsewhere(request: Record<string, unknown>, cwd = folder): Outcome {
  const said = execFileSync(process.execPath, [program, JSON.stringify(request)], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return JSON.parse(said) as Outcome;
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-processes-'));
  clusters = [];
  env = {
    ...process.env,
    HOME: folder,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    CLUSTER_CONFIG: join(folder, 'cluster.yaml'),
  };
  await configure();
});
afterEach(async () => {
  for (const cluster of clusters) await cluster.close();
  await rm(folder, { recursive: true });
});

function configure(
  settings: Record<string, unknown> = {},
  ofTheNode: Record<string, unknown> = {},
): Promise<void> {
  const timeouts = { connectSeconds: 20, statusSeconds: 20 };
  const text = lab.clusterYaml({
    settings: { timeouts, ssh: { checkSeconds: 20 }, ...settings },
    extra: () => ofTheNode,
  });
  return writeFile(join(folder, 'cluster.yaml'), text);
}

async function open(cwd = folder, over: Partial<OpenClusterOptions> = {}): Promise<Cluster> {
  const cluster = await openCluster({ around: surroundings(env, cwd), ...over });
  clusters.push(cluster);
  return cluster;
}

async function until(cluster: Cluster, id: string | undefined, status: Status): Promise<void> {
  const look = () => cluster.tasks.get(id ?? '')?.status;
  await expect.poll(look, { timeout: 20_000, interval: 10 }).toBe(status);
}
/** Something that the policy wants a person to see, and that does no harm. */
const asked = `kill -0 $PPID; sudo -n true; git push --force`;
const harmless = `git push --force 2>/dev/null; echo "ran in $PWD"`;

describe('a task of another process', () => {
  it('is seen, followed and cancelled', async () => {
    const [one, other] = [await open(), await open()];
    const { task_id } = await one.run({ command: 'echo x; sleep 1000', node_id: 'n1', wait_seconds: 0 });
    expect(await other.tasks.output({ task_id, wait_seconds: 20 })).toMatchObject({ data: 'x\n' });
    expect(other.tasks.list()).toMatchObject({ tasks: [{ task_id, status: 'running', executed_on: 'n1' }] });
    expect(await other.status()).toMatchObject({ nodes: { n1: { active_tasks: 1 } } });
    expect(await other.tasks.cancel({ task_id })).toEqual({ task_id, status: 'cancelled', stopped: 'yes' });
    expect(await lab.node('n1').processes()).toEqual([]);
  });

  it('is lost with a process that is killed', async () => {
    const killed = await runAndKill({ command: 'echo started; exec sleep 100', wait_seconds: 600 });
    const cluster = await open();
    const task = cluster.tasks.get(killed);
    expect(task).toMatchObject({ status: 'lost', errorCode: 'owner-gone', hint: expect.any(String) });
    expect(await cluster.tasks.output({ task_id: killed })).toMatchObject({ eof: true });
  });

  it('gives its slot to those who wait when its process is killed', async () => {
    await configure({ workload: { heavy: ['sleep'] } }, { maxTasks: 1 });
    const cluster = await open();
    const outcomes: Promise<Outcome>[] = [];
    const killed = await runAndKill({ command: 'echo started; sleep 100', node_id: 'n1' }, async () => {
      outcomes.push(cluster.run({ command: 'sleep 0; echo mine', node_id: 'n1', wait_seconds: 30 }));
      await expect.poll(() => cluster.tasks.list({ status: 'queued' })).toMatchObject({ tasks: [{}] });
    });
    expect(await outcomes[0]).toMatchObject({ status: 'completed', stdout: 'mine\n' });
    expect(cluster.tasks.get(killed)).toMatchObject({ status: 'lost', errorCode: 'owner-gone' });
  });
});

/** Runs a request in a process of its own and kills that once it has printed and `meanwhile` is over. Gives the task's id. */
async function runAndKill(
  request: Record<string, unknown>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const child = spawn(process.execPath, [program, JSON.stringify(request)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    const outputs = join(folder, 'state', 'outputs');
    const begun = () => (existsSync(outputs) ? readdirSync(outputs) : []);
    await expect.poll(begun, { timeout: 20_000 }).toHaveLength(1);
    await meanwhile();
    return begun()[0]?.replace(/\.std(out|err)$/, '') ?? 'none';
  } finally {
    child.kill('SIGKILL');
    await ended;
    // What the killed process had started has outlived it.
    const started = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && belongsToUs(pid));
    for (const pid of [...started, ...(await lab.node('n1').processes())])
      process.kill(Number(pid), 'SIGKILL');
  }
}

function belongsToUs(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\x00100') &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)
    );
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

describe('what needs a person', () => {
  it('waits for approval, which may come from another process', async () => {
    const [one, other] = [await open(), await open()];
    const held = await one.run({ command: harmless });
    expect(held).toMatchObject({
      status: 'needs_approval',
      success: false,
      error_code: 'needs-approval',
      hint: expect.stringContaining(`approve ${held.task_id}`),
    });
    expect(other.tasks.approve(held.task_id ?? '', 'me')).toMatchObject({ kind: 'approved' });
    await until(one, held.task_id, 'completed');
    expect(one.tasks.outcome(held.task_id ?? '')).not.toHaveProperty('error');
    expect(other.tasks.get(held.task_id ?? '')).toMatchObject({ approvedBy: 'me' });
    expect(other.tasks.approve(held.task_id ?? '', 'me')).toMatchObject({ error_code: 'not-waiting' });
  });

  it('can be approved when its process is gone, and runs in its own folder then', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    const { task_id = '' } = runElsewhere({ command: harmless, auto_route: false }, project);
    const other = await open();
    const approved = other.tasks.approve(task_id, 'me');
    if ('error' in approved) throw new Error(approved.error);
    expect(approved.kind).toBe('here');
    const outcome = await other.resume(approved.task);
    expect(outcome).toMatchObject({ status: 'completed', stdout: `ran in ${project}\n` });
    expect(outcome).not.toHaveProperty('error');
  });

  it('is not left half approved where it cannot run any more', async () => {
    const { task_id = '' } = runElsewhere({ command: harmless, node_id: 'n1' });
    await writeFile(join(folder, 'cluster.yaml'), '{}\n');
    const other = await open();
    const approved = other.tasks.approve(task_id, 'me');
    if ('error' in approved) throw new Error(approved.error);
    expect(await other.resume(approved.task)).toMatchObject({
      status: 'invalid',
      error_code: 'unknown-node',
    });
    expect(other.tasks.get(task_id)).toMatchObject({ status: 'invalid', errorCode: 'unknown-node' });
  });

  it('cannot be taken over where it had what is not stored', async () => {
    const { task_id = '' } = runElsewhere({ command: harmless, env: { A: '1' } });
    const other = await open();
    expect(other.tasks.approve(task_id, 'me')).toMatchObject({ error: expect.any(String) });
    expect(other.tasks.get(task_id)).toMatchObject({ status: 'cancelled' });
  });

  it('can be cancelled, whether its process is there or gone', async () => {
    const [one, other] = [await open(), await open()];
    const there = await one.run({ command: harmless });
    expect(await other.tasks.cancel({ task_id: there.task_id })).toMatchObject({ status: 'cancelled' });
    const gone = runElsewhere({ command: harmless });
    const since = performance.now();
    expect(await other.tasks.cancel({ task_id: gone.task_id })).toMatchObject({
      status: 'cancelled',
      stopped: 'yes',
    });
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  it('is asked of a person who is there', async () => {
    const cluster = await open();
    const questions: unknown[] = [];
    const say = (answer: 'yes' | 'no') => ({
      ask: (question: unknown) => (questions.push(question), Promise.resolve(answer)),
    });
    expect(await cluster.run({ command: harmless, node_id: 'n1' }, say('yes'))).toMatchObject({
      status: 'completed',
    });
    expect(await cluster.run({ command: asked }, say('no'))).toMatchObject({
      status: 'denied',
      error_code: 'person-denied',
    });
    expect(questions).toHaveLength(2);
    expect(questions[0]).toMatchObject({ command: harmless, node: 'n1' });
  });

  it('waits for approval where asking fails, and ends where nobody answers and the call is given up', async () => {
    const notices: string[] = [];
    const cluster = await open(folder, { notice: (message) => notices.push(message) });
    const failing = { ask: () => Promise.reject(new Error('no such method')) };
    expect(await cluster.run({ command: harmless }, failing)).toMatchObject({ status: 'needs_approval' });
    expect(notices.join()).toContain('no such method');
    const stop = new AbortController();
    const silent = cluster.run(
      { command: harmless },
      { signal: stop.signal, ask: () => new Promise(() => undefined) },
    );
    stop.abort();
    expect(await silent).toMatchObject({ status: 'cancelled', stopped: 'yes' });
    void cluster.run({ command: harmless }, { ask: () => new Promise(() => undefined) });
    await cluster.close();
  });
});

it('stores neither env nor stdin', async () => {
  const cluster = await open();
  const secret = `secret-${Math.random()}`;
  const run = (command: string) =>
    cluster.run({ command, node_id: 'n1', env: { TOKEN: `${secret}-env` }, stdin: `${secret}-stdin` });
  expect(await run('wc -c; echo ${#TOKEN}')).toMatchObject({ status: 'completed' });
  expect(await run(`${harmless}; cat`)).toMatchObject({ status: 'needs_approval' });
  const state = join(folder, 'state');
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(readFileSync(join(file.parentPath, file.name)).includes(secret), file.name).toBe(false);
  }
});

describe('the configuration', () => {
  it('is read again when it changes; a bad one changes nothing, and status says so', async () => {
    const cluster = await open();
    const nodes = async () => {
      const status = await cluster.status({ max_age_seconds: 100 });
      if (!('nodes' in status)) throw new Error(status.error);
      return { error: status.configuration_error, n1: status.nodes['n1'] };
    };
    expect((await nodes()).n1).toMatchObject({ cordoned: false });
    await writeFile(
      join(folder, 'cluster.yaml'),
      lab.clusterYaml({ extra: () => ({ cordoned: true }), settings: { timeouts: { statusSeconds: 20 } } }),
    );
    await expect.poll(async () => (await nodes()).n1?.cordoned, { timeout: 10_000 }).toBe(true);
    await writeFile(join(folder, 'cluster.yaml'), 'nodes: [{ id: n1, hots: wrong }]\n');
    await expect.poll(async () => (await nodes()).error, { timeout: 10_000 }).toContain('hots');
    expect((await nodes()).n1).toMatchObject({ cordoned: true });
    expect(cluster.configuration.error?.message).toContain('hots');
    await rm(join(folder, 'cluster.yaml'));
    await expect.poll(async () => (await nodes()).error, { timeout: 10_000 }).toContain('cluster.yaml');
    await configure();
    await expect.poll(async () => (await nodes()).error, { timeout: 10_000 }).toBeUndefined();
    expect((await nodes()).n1).toMatchObject({ cordoned: false });
  });

  it('follows the SSH configuration; connections are kept where that has not changed', async () => {
    const { host, port } = lab.node('n1');
    const ssh = join(folder, 'ssh_config');
    const way = (name: string) => `Host ${name}\n  HostName ${host}\n  Port ${port}\n`;
    await writeFile(ssh, way('elsewhere'));
    const keys = { identityFiles: [lab.identityFile], knownHostsFile: lab.knownHostsFile };
    const settings = { ssh: { ...keys, checkSeconds: 20, configFile: ssh, retries: 1 } };
    const nodes = [{ id: 'far', host: 'far.invalid', user: lab.user }];
    await writeFile(join(folder, 'cluster.yaml'), JSON.stringify({ ...settings, nodes }));
    const cluster = await open();
    const run = (command = 'echo "$CLUSTERLAB_NODE"') => cluster.run({ command, node_id: 'far' });
    expect(await run()).toMatchObject({ status: 'unreachable', error_code: 'host-not-found' });

    await writeFile(ssh, way('far.invalid'));
    await expect.poll(() => run(), { timeout: 20_000 }).toMatchObject({ stdout: 'n1\n' });
    const { transport } = cluster.current();
    expect(transport.connections).toBe(1);

    const waiting = run('until [ -e go ]; do sleep 0.05; done; echo still here');
    await writeFile(ssh, `# The same, in other words.\n${way('far.invalid')}`);
    const cordoned = [{ ...nodes[0], cordoned: true }];
    await writeFile(join(folder, 'cluster.yaml'), JSON.stringify({ ...settings, nodes: cordoned }));
    const isCordoned = () =>
      cluster.current().settings.registry.nodes.find(({ id }) => id === 'far')?.cordoned;
    await expect.poll(isCordoned, { timeout: 20_000 }).toBe(true);
    expect(cluster.current().transport).toBe(transport);

    await writeFile(ssh, `${way('far.invalid')}  ConnectTimeout 19\n`);
    await expect.poll(() => cluster.current().transport, { timeout: 20_000 }).not.toBe(transport);
    await writeFile(join(lab.node('n1').home, 'go'), '');
    expect(await waiting).toMatchObject({ stdout: 'still here\n' });
  });
});
