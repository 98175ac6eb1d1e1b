import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, makePlace, type Json, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 3 });
  await lab.node('n3').stop();
  place = await makePlace(inventory(lab, {}, () => ({ maxTasks: 4, capabilities: ['docker'] })));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

describe('cluster-status', () => {
  it('shows all nodes, and why one is down', async () => {
    await place.cli(['submit', 'exit 2', '--node', 'n1']);
    const { code, stdout } = await place.cli(['cluster-status']);
    expect(code).toBe(0);
    for (const word of [
      'here (local)',
      'n1',
      'n2',
      'docker',
      'healthy',
      'unreachable',
      '[connection-refused]',
      '1 failed',
    ])
      expect(stdout).toContain(word);
    const status = (await place.json(['cluster-status'])) as {
      local_node: string;
      nodes: Record<string, Json>;
    };
    expect(status).toMatchObject({
      local_node: 'here',
      nodes: {
        n1: { reachable: true, status: 'healthy', max_tasks: 4, tasks: { failed: 1 } },
        n3: { reachable: false, error_code: 'connection-refused', error: expect.any(String) },
      },
    });
    expect(Object.keys(status.nodes).sort()).toEqual(['here', 'n1', 'n2', 'n3']);
  });
});

describe('doctor', () => {
  it('exits 1 and gives the code of the node that is down', async () => {
    const { code, stdout } = await place.cli(['doctor']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/n1 at 127[^\n]*: runs commands/);
    expect(stdout).toMatch(/n3 at 127[^\n]*: does not\n[^\n]*\[connection-refused\]/);
  });

  it('shows where every value came from; exits 0 when all is well', async () => {
    await lab.node('n3').start();
    const env = { CLUSTER_CMD_TIMEOUT: '77', CLUSTER_NOSUCH_HOST: 'somewhere' };
    const { code, stdout } = await place.cli(['doctor'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(place.configFile) });
    expect(stdout).toMatch(/ = 77 {2}CLUSTER_CMD_TIMEOUT/);
    expect(stdout).toMatch(/thresholds\.load = 10000 {2}\S*cluster\.yaml:\d+/);
    expect(stdout).toContain('CLUSTER_NOSUCH_HOST');
    const report = (await place.json(['doctor'])) as { ok: boolean; nodes: Json[] };
    expect(report).toMatchObject({ ok: true, configuration: { path: place.configFile, found: true } });
    expect(report.nodes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it('leaves no task behind', async () => {
    const before = await place.cli(['tasks', '--json']);
    await place.cli(['doctor']);
    expect(await place.cli(['tasks', '--json'])).toEqual(before);
  });

  it('without a configuration: this machine alone, and well', async () => {
    await using alone = await makePlace();
    const report = (await alone.json(['doctor'])) as { nodes: Json[] };
    expect(report).toMatchObject({
      ok: true,
      configuration: { found: false },
      nodes: [{ local: true, ok: true }],
    });
  });
});

describe('ssh', () => {
  it('opens the user’s own client with what we resolved, and exits as it does', async () => {
    expect(await place.cli(['ssh', 'n2', '--', 'echo "hi $CLUSTERLAB_NODE"; exit 7'])).toMatchObject({
      code: 7,
      stdout: 'hi n2\n',
    });
    expect(await place.cli(['ssh', 'no-such'])).toMatchObject({ code: 2, stdout: '' });
  });
});
