import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from './answers/outcome.js';
import { openCluster, type Cluster } from './open-cluster.js';
import { surroundings } from './wiring/this-machine.js';

let lab: Lab;
/** The home; the project lies below it. */
let folder: string;
let project: string;
let cluster: Cluster;

beforeAll(async () => {
  [lab, folder] = await Promise.all([startLab({ nodes: 3 }), mkdtemp(join(tmpdir(), 'cluster-test-'))]);
  const specialties: Record<string, string[]> = { n1: ['compilation'], n2: [], n3: ['testing'] };
  project = join(folder, 'project');
  await mkdir(project);
  const config = join(folder, 'cluster.yaml');
  const settings = {
    thresholds: { cpuPercent: 100, load: 1_000, memoryPercent: 100 },
    timeouts: { connectSeconds: 20, statusSeconds: 20 },
  };
  await writeFile(
    config,
    lab.clusterYaml({
      settings,
      extra: (id) => ({ specialties: specialties[id], maxTasks: 2, aliases: [`alias-${id}`] }),
    }),
  );
  const env = {
    ...process.env,
    HOME: folder,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    CLUSTER_CONFIG: config,
  };
  cluster = await openCluster({ around: surroundings(env, project) });
});

afterAll(async () => {
  await cluster.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

describe('cluster', () => {
  it('runs a named command where it is told to', async () => {
    const outcome = await cluster.run({ command: 'echo "$CLUSTERLAB_NODE"; exit 7', node_id: 'alias-n2' });
    expect(outcome).toMatchObject({
      status: 'failed',
      success: false,
      return_code: 7,
      executed_on: 'n2',
      stdout: 'n2\n',
    });
  });

  it('keeps a light command at home', async () => {
    const outcome = await cluster.run({ command: 'pwd' });
    expect(outcome).toMatchObject({ status: 'completed', success: true, stdout: `${project}\n` });
    expect(outcome.executed_on).toBe(cluster.current().settings.registry.local.id);
  });

  it.each([{}, { node_id: 'n2' }])('says what of the output it did not wait for: %j', async (where) => {
    const outcome = await cluster.run({ command: 'sleep 4 & echo now', ...where });
    expect(outcome).toMatchObject({ success: true, stdout: 'now\n' });
    expect(outcome.hint).toContain('not in the output');
    expect(outcome.duration_ms).toBeLessThan(1_000);
  });

  it('sends a heavy command to the node whose specialty it is', async () => {
    const outcome = await cluster.run({
      command: 'gcc --help >/dev/null 2>&1; make -C /nowhere all; true',
      cwd: '/',
    });
    expect(outcome.executed_on).toBe('n1');
  });

  it('spreads many', async () => {
    const answer = await cluster.runAll({
      commands: Array.from({ length: 12 }, (_, index) => `echo ${index}`),
      cwd: '/',
    });
    expect('results' in answer && answer.results.map(({ stdout }: Outcome) => stdout.trim())).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index)),
    );
  });

  it('tells the state of all nodes', async () => {
    const status = await cluster.status();
    expect(status).toMatchObject({
      nodes: {
        n1: {
          reachable: true,
          status: 'healthy',
          cpu_percent: expect.any(Number),
          memory_percent: expect.any(Number),
        },
      },
    });
  });

  it('refuses what would wipe the machine', async () => {
    expect(await cluster.plan({ command: 'rm -fr /' })).toMatchObject({ verdict: 'deny' });
  });

  it('judges a command in the folder that it will run in', async () => {
    const command = 'rm -rf .ssh';
    expect(await cluster.plan({ command, cwd: '~' })).toMatchObject({ verdict: 'deny' });
    expect(await cluster.plan({ command, node_id: 'n1' })).toMatchObject({ verdict: 'deny' });
  });

  it('runs a script and leaves nothing of it', async () => {
    const outcome = await cluster.run({
      command: 'script.py',
      script: '#!/usr/bin/env python3\nprint(6*7)\n',
      node_id: 'n1',
    });
    expect(outcome).toMatchObject({ status: 'completed', stdout: '42\n' });
  });

  it.each([
    [['build'], 'allow'],
    [['/'], 'deny'],
    [[], 'ask'],
  ])('judges a script by what it does with its arguments: %s', async (script_arguments, verdict) => {
    for (const script of ['rm -rf "$1"\n', '#!/bin/sh\nrm -rf "$1"\n'])
      expect(await cluster.plan({ command: './x', script, script_arguments })).toMatchObject({ verdict });
  });
});
