import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationPath, stateFolder } from './places.js';
import { readConfigurationFile } from './read-file.js';

const home = '/home/dev';

describe('configurationPath', () => {
  test.each([
    [undefined, {}, '/home/dev/.config/cluster-execution/cluster.yaml', false],
    [undefined, { XDG_CONFIG_HOME: '/x' }, '/x/cluster-execution/cluster.yaml', false],
    [undefined, { XDG_CONFIG_HOME: 'relative' }, '/home/dev/.config/cluster-execution/cluster.yaml', false],
    [undefined, { CLUSTER_CONFIG: '/c.yaml', XDG_CONFIG_HOME: '/x' }, '/c.yaml', true],
    [undefined, { CLUSTER_CONFIG: '~/c.yaml' }, '/home/dev/c.yaml', true],
    [undefined, { CLUSTER_CONFIG: '' }, '/home/dev/.config/cluster-execution/cluster.yaml', false],
    ['f.yaml', { CLUSTER_CONFIG: '/c.yaml' }, 'f.yaml', true],
    ['', {}, '', true],
  ])('flag %j, environment %j: %s', (flag, env, path, named) => {
    expect(configurationPath({ flag, env, home })).toEqual({ path, named });
  });
});

describe('stateFolder', () => {
  test.each([
    [{}, '/home/dev/.local/state/cluster-execution'],
    [{ XDG_STATE_HOME: '/s' }, '/s/cluster-execution'],
    [{ XDG_STATE_HOME: 's' }, '/home/dev/.local/state/cluster-execution'],
    [{ AGENTIC_SYSTEM_PATH: '/agentic', XDG_STATE_HOME: '/s' }, '/agentic/databases/cluster'],
    [{ AGENTIC_SYSTEM_PATH: '~/agentic' }, '/home/dev/agentic/databases/cluster'],
    [{ CLUSTER_STATE_DIR: '/d', AGENTIC_SYSTEM_PATH: '/agentic' }, '/d'],
    [{ CLUSTER_STATE_DIR: '', AGENTIC_SYSTEM_PATH: '' }, '/home/dev/.local/state/cluster-execution'],
  ])('%j: %s', (env, folder) => {
    expect(stateFolder(env, home)).toBe(folder);
  });
});

describe('readConfigurationFile', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'node-registry-'));
    await writeFile(join(folder, 'cluster.yaml'), 'nodes: []\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('reads the file', async () => {
    const path = join(folder, 'cluster.yaml');
    expect(await readConfigurationFile({ path, named: true })).toEqual({ path, text: 'nodes: []\n' });
  });

  test('a file that is not there and was not named is none', async () => {
    expect(await readConfigurationFile({ path: join(folder, 'no.yaml'), named: false })).toBeUndefined();
    expect(
      await readConfigurationFile({ path: join(folder, 'cluster.yaml/x'), named: false }),
    ).toBeUndefined();
  });

  test('one that was named is missing', async () => {
    const path = join(folder, 'no.yaml');
    await expect(readConfigurationFile({ path, named: true })).rejects.toMatchObject({
      code: 'configuration-missing',
      message: expect.stringContaining(`${path}: there is no such file`),
      problems: [{ file: path, key: '' }],
      cause: { code: 'ENOENT' },
    });
  });

  test.each([true, false])('one that cannot be read is told, named or not (%s)', async (named) => {
    await expect(readConfigurationFile({ path: folder, named })).rejects.toMatchObject({
      code: 'configuration-unreadable',
      cause: { code: 'EISDIR' },
    });
  });
});
