import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, main, makePlace } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
});
afterAll(() => lab.close());

describe('the environment', () => {
  it('CLUSTER_<NODE>_HOST, CLUSTER_SSH_USER and CLUSTER_CMD_TIMEOUT win over the file', async () => {
    const text = inventory(lab);
    await using place = await makePlace(text.replaceAll('127.0.0.1', '127.0.0.99'));
    const args = ['submit', 'sleep 300', '--node', 'n1'];
    const env = { CLUSTER_N1_HOST: '127.0.0.1', CLUSTER_CMD_TIMEOUT: '1' };
    expect(await place.cli(args, { env })).toMatchObject({ code: 124 });
    expect(await place.cli(['submit', 'echo hi', '--node', 'n1'])).toMatchObject({ code: 125 });
    const source = (await place.json(['doctor'], { env: { ...env, CLUSTER_SSH_USER: lab.user } })) as {
      settings: { from: string }[];
    };
    const names = source.settings.map(({ from }) => from);
    for (const name of ['CLUSTER_SSH_USER', 'CLUSTER_N1_HOST', 'CLUSTER_CMD_TIMEOUT'])
      expect(names).toContain(name);
  });

  it.each([
    ['--config', ['--config', '/no/such/cluster.yaml'], {}],
    ['CLUSTER_CONFIG', [], { CLUSTER_CONFIG: '/no/such/cluster.yaml' }],
  ])('a file that %s names and that is not there: 2', async (_what, args, env) => {
    await using place = await makePlace();
    expect(await place.cli(['submit', 'echo hi', ...args], { env })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('/no/such/cluster.yaml'),
    });
  });

  it.each([
    ['nodes: [', 'cluster.yaml:1', ''],
    ['nodes:\n  - id: n1\n    hots: x\n', 'cluster.yaml:3', 'hots'],
    ['timeouts:\n  commandSeconds: soon\n', 'cluster.yaml:2', 'commandSeconds'],
  ])('a file that cannot be used: 2, with file, line and key: %j', async (config, at, key) => {
    await using place = await makePlace(config);
    const { code, stdout, stderr } = await place.cli(['submit', 'echo hi']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(at);
    expect(stderr).toContain(key);
  });

  it('a bad value of a variable: 2, with its name', async () => {
    await using place = await makePlace();
    expect(await place.cli(['tasks'], { env: { CLUSTER_CMD_TIMEOUT: 'soon' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CLUSTER_CMD_TIMEOUT'),
    });
  });
});

describe('Node.js', () => {
  it('an older one is refused: 2', async ({ skip }) => {
    await using place = await makePlace();
    const old = await olderNode();
    if (old === undefined && process.env['CI'] !== 'true')
      return skip('no Node.js older than 22.13 is on the PATH');
    const env = { PATH: '/usr/bin:/bin' };
    expect(await place.cli([main, '--version'], { program: [old ?? 'an older Node.js'], env })).toMatchObject(
      {
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/22\.13/),
      },
    );
  });

  /** The machine's own, which a fresh one has; those that npm installed are newer. */
  async function olderNode(): Promise<string | undefined> {
    await using place = await makePlace();
    const folders = (process.env['PATH'] ?? '').split(':').filter((path) => !path.includes('node_modules'));
    for (const folder of folders) {
      const file = join(folder, 'node');
      const there = await access(file).then(
        () => true,
        () => false,
      );
      if (!there) continue;
      const { stdout } = await place.cli(['--version'], { program: [file] });
      if (/^v(?:1\d|2[01])\./.test(stdout)) return file;
    }
    return undefined;
  }
});
