import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './answers/outcome.js';
import type { ParallelOutcome } from './answers/parallel-outcome.js';
import { openCluster, type Cluster } from './open-cluster.js';
import type { Status } from './tasks/states.js';
import { surroundings } from './wiring/this-machine.js';

let lab: Lab;
let folder: string;
let cluster: Cluster;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
});
afterAll(() => lab.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-jobs-'));
  const work = join(folder, 'project');
  await mkdir(work);
  const config = join(folder, 'cluster.yaml');
  const settings = {
    thresholds: { cpuPercent: 100, load: 1_000, memoryPercent: 100 },
    timeouts: { connectSeconds: 20, statusSeconds: 20 },
    ssh: { checkSeconds: 20, retries: 1 },
    workload: { heavy: ['sleep'] },
  };
  await writeFile(config, lab.clusterYaml({ settings, extra: () => ({ maxTasks: 1, priority: 1 }) }));
  const env = {
    ...process.env,
    HOME: folder,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    CLUSTER_CONFIG: config,
  };
  cluster = await openCluster({ around: surroundings(env, work) });
});
afterEach(async () => {
  await cluster.close();
  await Promise.all(lab.nodes.map((node) => node.start()));
  await rm(folder, { recursive: true });
});

const statusOf = (id: string | undefined) => cluster.tasks.get(id ?? '')?.status;
async function until(id: string | undefined, status: Status): Promise<void> {
  await expect.poll(() => statusOf(id), { timeout: 20_000, interval: 10 }).toBe(status);
}
/** Begins on n1 and goes on until it is ended. */
async function hold(over: Record<string, unknown> = {}): Promise<Outcome> {
  const begun = await cluster.run({ command: 'sleep 1000', node_id: 'n1', wait_seconds: 0, ...over });
  await until(begun.task_id, 'running');
  return begun;
}
function results(answer: ParallelOutcome | { error: string }): Outcome[] {
  if ('error' in answer) throw new Error(answer.error);
  return answer.results;
}

describe('waiting', () => {
  it('is over after wait_seconds; the command goes on, and task_output follows it', async () => {
    const command = 'echo begun; until [ -e go ]; do sleep 0.05; done; echo done; exit 3';
    const outcome = await cluster.run({ command, node_id: 'n1', wait_seconds: 0.5 });
    const { task_id } = outcome;
    expect(outcome).toMatchObject({ success: false, hint: expect.stringContaining(`task_id ${task_id}`) });
    expect(outcome.status).toMatch(/^(running|queued)$/);
    const first = await cluster.tasks.output({ task_id, wait_seconds: 20 });
    expect(first).toMatchObject({ status: 'running', data: 'begun\n', eof: false, next_offset: 6 });
    const more = cluster.tasks.output({ task_id, offset: 6, wait_seconds: 20 });
    await writeFile(join(lab.node('n1').home, 'go'), '');
    expect(await more).toMatchObject({ data: 'done\n' });
    await until(task_id, 'failed');
    expect(await cluster.tasks.output({ task_id })).toMatchObject({
      status: 'failed',
      return_code: 3,
      data: 'begun\ndone\n',
      eof: true,
    });
    const kept = join(folder, 'state', 'outputs', `${task_id}.stdout`);
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);
    await rm(join(lab.node('n1').home, 'go'));
  });

  it('says when its time limit will end it', async () => {
    const { task_id } = await hold({ timeout_seconds: 100 });
    const again = await cluster.run({ command: 'sleep 1000', node_id: 'n2', wait_seconds: 1 });
    expect(again.hint).toMatch(/ends it at \d{4}-\d\d-\d\dT/);
    await cluster.tasks.cancel({ task_id });
  });
});

describe('slots', () => {
  it('are waited for, and taken by priority', async () => {
    const { task_id: holder } = await hold();
    const log = join(folder, 'log');
    const queued: Outcome[] = [];
    for (const [name, priority] of [
      ['c', 9],
      ['b', 5],
      ['a', 1],
    ] as const) {
      const command = `sleep 0.01; echo ${name} >>${log}`;
      queued.push(await cluster.run({ command, node_id: 'n1', priority, wait_seconds: 0.2 }));
    }
    expect(queued.map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
    expect(queued[0]?.hint).toContain('free slot');
    expect(queued[0]?.routing?.reason).toEqual(expect.any(String));
    await cluster.tasks.cancel({ task_id: holder });
    for (const { task_id } of queued) await until(task_id, 'completed');
    expect(await cluster.run({ command: `cat ${log}` })).toMatchObject({ stdout: 'a\nb\nc\n' });
  });

  it('are not needed by quick commands', async () => {
    await hold();
    expect(await cluster.run({ command: 'echo quick', node_id: 'n1' })).toMatchObject({
      status: 'completed',
      stdout: 'quick\n',
    });
  });

  it('are shared with other processes, and freed by them', async () => {
    const env = { ...process.env, HOME: folder, CLUSTER_STATE_DIR: join(folder, 'state') };
    const config = join(folder, 'cluster.yaml');
    const other = await openCluster({ around: surroundings(env, folder), configFlag: config });
    try {
      const { task_id } = await hold();
      const waiting = other.run({ command: 'sleep 0.01', node_id: 'n1' });
      await expect.poll(() => other.tasks.list({ status: 'queued' })).toMatchObject({ tasks: [{}] });
      await cluster.tasks.cancel({ task_id });
      expect(await waiting).toMatchObject({ status: 'completed' });
    } finally {
      await other.close();
    }
  });
});

describe('an end that is asked for', () => {
  it('ends a running command and all it started', async () => {
    const { task_id } = await hold({ command: 'sleep 1000 & sleep 1000' });
    expect(await cluster.tasks.cancel({ task_id })).toEqual({ task_id, status: 'cancelled', stopped: 'yes' });
    expect(await lab.node('n1').processes()).toEqual([]);
    expect(cluster.tasks.outcome(task_id ?? '')).toMatchObject({ status: 'cancelled', success: false });
    expect(cluster.tasks.outcome(task_id ?? '')).not.toHaveProperty('return_code');
  });

  it('takes a queued command off the queue', async () => {
    await hold();
    const { task_id } = await cluster.run({ command: 'sleep 1', node_id: 'n1', wait_seconds: 0 });
    expect(await cluster.tasks.cancel({ task_id })).toEqual({ task_id, status: 'cancelled', stopped: 'yes' });
  });

  it('comes by the signal of the call, too', async () => {
    const stop = new AbortController();
    const running = cluster.run({ command: 'sleep 1000', node_id: 'n1' }, { signal: stop.signal });
    await expect.poll(() => lab.node('n1').processes(), { timeout: 20_000 }).not.toEqual([]);
    stop.abort();
    expect(await running).toMatchObject({ status: 'cancelled', stopped: 'yes', error_code: 'cancelled' });
    const early = await cluster.run({ command: 'sleep 1000' }, { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ status: 'cancelled', stopped: 'yes' });
  });

  it('changes nothing of what has ended, and knows no strangers', async () => {
    const { task_id } = await cluster.run({ command: 'true' });
    expect(await cluster.tasks.cancel({ task_id })).toEqual({ task_id, status: 'completed' });
    expect(await cluster.tasks.cancel({ task_id: 't_none' })).toMatchObject({ error_code: 'unknown-task' });
  });

  it('comes with the time limit', async () => {
    const outcome = await cluster.run({ command: 'echo x; sleep 1000', node_id: 'n1', timeout_seconds: 0.3 });
    expect(outcome).toMatchObject({
      status: 'timeout',
      success: false,
      stopped: 'yes',
      stdout: 'x\n',
      error_code: 'timeout',
      hint: expect.stringContaining('timeout_seconds'),
    });
    expect(outcome).not.toHaveProperty('return_code');
  });

  it('comes with close, and is on record then', async () => {
    const { task_id: running } = await hold();
    const { task_id: queued } = await cluster.run({ command: 'sleep 1', node_id: 'n1', wait_seconds: 0 });
    await cluster.close();
    const env = { ...process.env, HOME: folder, CLUSTER_STATE_DIR: join(folder, 'state') };
    cluster = await openCluster({
      around: surroundings(env, folder),
      configFlag: join(folder, 'cluster.yaml'),
    });
    expect([running, queued].map(statusOf)).toEqual(['cancelled', 'cancelled']);
    expect(await lab.node('n1').processes()).toEqual([]);
  });
});

describe('a cluster that is being closed', () => {
  it('begins nothing more, and says so', async () => {
    // Asked to end by INT, it takes a moment: the cluster is closing all that time.
    await hold({ command: `trap 'sleep 0.5; exit 0' INT; while :; do sleep 0.01; done` });
    const before = cluster.store.list().length;
    const closing = cluster.close();
    const mark = join(folder, 'ran');
    const refused = { status: 'cancelled', success: false, error_code: 'cluster-closed' };
    expect(await cluster.run({ command: `touch ${mark}`, node_id: 'n1' })).toMatchObject(refused);
    const several = await cluster.runAll({ commands: [`touch ${mark}`, `sleep 0; touch ${mark}`] });
    expect(several).toMatchObject({ summary: { total: 2, succeeded: 0 }, results: [refused, refused] });
    expect(cluster.store.list()).toHaveLength(before);
    await closing;
    expect(existsSync(mark)).toBe(false);
  });

  it('resumes nothing', async () => {
    const held = await cluster.run({ command: 'git push --force', node_id: 'n1' });
    expect(held).toMatchObject({ status: 'needs_approval' });
    const task = cluster.tasks.get(held.task_id ?? '');
    if (task === undefined) throw new Error('The task is not on record.');
    const closing = cluster.close();
    await expect(cluster.resume(task)).rejects.toThrow(/closed/);
    await closing;
  });
});

describe('nodes that fail', () => {
  const heavy = { command: 'sleep 0.01; echo "$CLUSTERLAB_NODE"', cwd: '/' };

  it('are gone round', async () => {
    expect(await cluster.run(heavy)).toMatchObject({ stdout: 'n1\n' });
    await lab.node('n1').stop();
    expect(await cluster.run(heavy)).toMatchObject({ status: 'completed', stdout: 'n2\n' });
  });

  it('are told where they were named', async () => {
    await lab.node('n1').stop();
    expect(await cluster.run({ ...heavy, node_id: 'n1' })).toMatchObject({
      status: 'unreachable',
      error_code: 'connection-refused',
      hint: expect.any(String),
    });
  });

  it('do not make a light command wait', async () => {
    await cluster.status();
    await Promise.all(lab.nodes.map((node) => node.freeze()));
    try {
      const since = performance.now();
      expect(await cluster.run({ command: 'echo here' })).toMatchObject({ stdout: 'here\n' });
      expect(performance.now() - since).toBeLessThan(5_000);
    } finally {
      await Promise.all(lab.nodes.map((node) => node.thaw()));
    }
  });

  it('lose what ran on them', async () => {
    const { task_id } = await hold({ command: 'echo begun; sleep 1000' });
    expect(await cluster.tasks.output({ task_id, wait_seconds: 20 })).toMatchObject({ data: 'begun\n' });
    await lab.node('n1').stop();
    await until(task_id, 'lost');
    const outcome = cluster.tasks.outcome(task_id ?? '');
    expect(outcome).toMatchObject({ success: false, error_code: 'connection-lost' });
    expect(outcome).not.toHaveProperty('return_code');
  });

  it('never run a script a second time elsewhere', async () => {
    const log = join(folder, 'ran');
    const copy = join(folder, 'copy');
    const script = `#!/bin/sh\necho "$0" >${copy}\necho "$CLUSTERLAB_NODE" >>${log}\nsleep 1000\n`;
    const running = cluster.run({ command: 'sleep 1', script, cwd: '/' });
    const ran = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
    await expect.poll(ran, { timeout: 20_000 }).toBe('n1\n');
    await lab.node('n1').stop();
    expect(await running).toMatchObject({ status: 'lost', executed_on: 'n1' });
    expect(ran()).toBe('n1\n');
    await rm(readFileSync(copy, 'utf8').trim()); // the node that is gone could not do it
  });
});

describe('the folder', () => {
  it('is the project, here and there', async () => {
    expect(await cluster.run({ command: 'pwd' })).toMatchObject({ stdout: `${folder}/project\n` });
    expect(await cluster.run({ command: 'sleep 0.01; pwd' })).toMatchObject({
      executed_on: 'n1',
      stdout: `${folder}/project\n`,
    });
    expect(await cluster.run({ command: 'pwd', node_id: 'n1' })).toMatchObject({
      stdout: `${lab.node('n1').home}\n`,
    });
    expect(await cluster.run({ command: 'pwd', node_id: 'n1', cwd: '~' })).toMatchObject({
      stdout: `${lab.node('n1').home}\n`,
    });
  });

  it('that is not there is an answer, and nothing runs', async () => {
    for (const over of [{}, { node_id: 'n1' }, { auto_route: false }]) {
      const outcome = await cluster.run({ command: 'sleep 0.01', cwd: '/no/such/folder', ...over });
      expect(outcome).toMatchObject({
        status: 'unschedulable',
        error_code: 'no-such-folder',
        hint: expect.stringContaining('~'),
      });
    }
  });

  it('does not take a node out of service', async () => {
    await cluster.run({ command: 'sleep 0.01', cwd: '/no/such/folder', node_id: 'n1' });
    expect(await cluster.run({ command: 'sleep 0.01', cwd: '/' })).toMatchObject({ executed_on: 'n1' });
  });
});

describe('programs', () => {
  it('lead a command to the node that has them', async () => {
    const bin = join(lab.node('n2').home, 'bin');
    await mkdir(bin);
    await rm(join(lab.node('n2').home, '.cache'), { recursive: true, force: true });
    await writeFile(join(bin, 'only-there'), '#!/bin/sh\necho there\n', { mode: 0o755 });
    await writeFile(join(lab.node('n2').home, '.profile'), 'export PATH="$HOME/bin:$PATH"\n');
    expect(await cluster.run({ command: 'only-there', cwd: '/' })).toMatchObject({
      executed_on: 'n2',
      stdout: 'there\n',
    });
  });

  it('that nobody has are reported by the shell', async () => {
    expect(await cluster.run({ command: 'no-such-program-anywhere' })).toMatchObject({
      status: 'failed',
      return_code: 127,
    });
  });
});

describe('several at once', () => {
  it('answer in order, whatever becomes of each', async () => {
    const commands = ['echo 0', 'echo "', 'exit 2', '', 'echo 4', 'rm -rf /'];
    const answer = await cluster.runAll({ commands, cwd: '/' });
    expect(results(answer).map(({ status }) => status)).toEqual([
      'completed',
      'invalid',
      'failed',
      'invalid',
      'completed',
      'denied',
    ]);
    expect(results(answer).map(({ command }) => command)).toEqual(commands);
    expect(answer).toMatchObject({
      summary: { total: 6, succeeded: 2, failed: 4, by_status: { completed: 2, invalid: 2 } },
    });
  });

  it('keep to max_parallel, also when the call waits no longer', async () => {
    const commands = Array.from({ length: 6 }, () => 'sleep 0.2');
    const answer = await cluster.runAll({ commands, cwd: '/', max_parallel: 1, wait_seconds: 0 });
    const ids = results(answer).map(({ task_id }) => task_id);
    expect(new Set(ids).size).toBe(6);
    let most = 0;
    const look = () => {
      const running = ids.filter((id) => statusOf(id) === 'running').length;
      most = Math.max(most, running);
      return ids.every((id) => statusOf(id) === 'completed');
    };
    await expect.poll(look, { timeout: 20_000, interval: 5 }).toBe(true);
    expect(most).toBe(1);
  });

  it('wait once for all, not once for each', async () => {
    const since = performance.now();
    const commands = Array.from({ length: 8 }, () => 'sleep 1000');
    const answer = await cluster.runAll({ commands, cwd: '/', max_parallel: 2, wait_seconds: 1 });
    expect(performance.now() - since).toBeLessThan(8_000);
    for (const { status } of results(answer)) expect(status).toMatch(/^(running|queued)$/);
  });

  it('cancel what has not started after a failure, where that is asked for', async () => {
    const answer = await cluster.runAll({
      commands: ['sleep 2; echo whole', 'sleep 0.5; false', 'sleep 0.01', 'sleep 0.01'],
      cwd: '/',
      max_parallel: 2,
      fail_fast: true,
    });
    expect(results(answer).map(({ status }) => status)).toEqual([
      'completed',
      'failed',
      'cancelled',
      'cancelled',
    ]);
    expect(results(answer)[0]).toMatchObject({ stdout: 'whole\n' });
  });

  it('are cancelled with the call', async () => {
    const stop = new AbortController();
    const commands = Array.from({ length: 5 }, () => 'sleep 1000');
    const running = cluster.runAll({ commands, cwd: '/', max_parallel: 2 }, { signal: stop.signal });
    await expect
      .poll(() => cluster.tasks.list({ status: 'running' }), { timeout: 20_000 })
      .toMatchObject({ tasks: [{}, {}] });
    stop.abort();
    expect(results(await running).map(({ status }) => status)).toEqual(commands.map(() => 'cancelled'));
  });
});
