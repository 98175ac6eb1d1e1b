import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadConfiguration } from './load-configuration.js';
import { createRegistry } from './registry.js';

// The rows of the original's own cluster, which ships as an example alone.
const rows = [
  {
    id: 'macpro51',
    aliases: ['builder', 'linux'],
    os: 'linux',
    arch: 'x86_64',
    capabilities: ['docker', 'podman', 'raid', 'nvme', 'compilation', 'testing', 'tpu'],
    specialties: ['compilation', 'testing', 'containerization', 'benchmarking'],
    maxTasks: 10,
    priority: 3,
  },
  {
    id: 'mac-studio',
    aliases: ['orchestrator', 'studio'],
    os: 'macos',
    arch: 'arm64',
    capabilities: ['orchestration', 'coordination', 'temporal', 'mlx-gpu', 'arduino'],
    specialties: ['orchestration', 'coordination', 'monitoring'],
    maxTasks: 5,
    priority: 1,
  },
  {
    id: 'macbook-air',
    aliases: ['researcher', 'air'],
    os: 'macos',
    arch: 'arm64',
    capabilities: ['research', 'documentation', 'analysis'],
    specialties: ['research', 'documentation', 'mobile'],
    maxTasks: 3,
    priority: 2,
  },
  {
    id: 'inference',
    aliases: [],
    os: 'macos',
    arch: 'arm64',
    capabilities: ['ollama', 'inference', 'model-serving', 'llm-api'],
    specialties: ['ollama-inference', 'model-serving'],
    priority: 5,
  },
];

test('examples/agentic-cluster.yaml has the four nodes of the original', async () => {
  const path = new URL('../../../examples/agentic-cluster.yaml', import.meta.url);
  const file = { path: path.pathname, text: await readFile(path, 'utf8') };
  const { configuration } = loadConfiguration({ file, env: {}, home: '/home/dev' });
  expect(configuration.nodes).toMatchObject(rows);
  expect(configuration.nodes[3]).not.toHaveProperty('maxTasks');

  const machine = {
    hostname: 'Mac-Studio.local',
    addresses: [],
    os: 'macos',
    arch: 'arm64',
    cores: 20,
  } as const;
  const registry = createRegistry({ configuration, machine });
  expect(registry.local.id).toBe('mac-studio');
  expect(registry.nodes).toHaveLength(4);
  expect(registry.find('linux')?.id).toBe('macpro51');
  expect(registry.expand('@macs').ids).toEqual(['mac-studio', 'macbook-air', 'inference']);
});

test('no node is built in', () => {
  const { configuration } = loadConfiguration({ env: {}, home: '/home/dev' });
  expect(configuration.nodes).toEqual([]);
});
