import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { main, makePlace, openSession, until, type SessionOptions } from './session.js';

/** Starts the server as a client would, and waits for its end; standard input stays open. */
async function start(options: SessionOptions & { silent?: boolean }) {
  await using place = await makePlace(options);
  const child = spawn(process.execPath, [main, ...(options.args ?? [])], {
    cwd: place.project,
    env: place.env,
    stdio: 'pipe',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (said[name] += chunk.toString()));
  if (options.silent === true) child.stdin.end();
  else
    child.stdin.write(
      [
        {
          id: 1,
          method: 'initialize',
          params: {
            protocolVersion: '2025-06-18',
            capabilities: {},
            clientInfo: { name: 'test', version: '1' },
          },
        },
        { method: 'notifications/initialized' },
        { id: 2, method: 'tools/call', params: { name: 'cluster_bash', arguments: { command: 'echo ran' } } },
      ]
        .map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
        .join(''),
    );
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

const node = (more: string) => `nodes:\n  - id: n1\n    host: 127.0.0.1\n${more}`;

const refused: [what: string, config: string, named: string[]][] = [
  ['no YAML', 'nodes: [', ['cluster.yaml:1']],
  ['an unknown key', node('    hots: x\n'), ['cluster.yaml:4', 'hots']],
  ['a bad value', 'timeouts:\n  commandSeconds: soon\n', ['cluster.yaml:2', 'commandSeconds']],
  ['a duplicate id', `${node('')}  - id: n1\n    host: 127.0.0.2\n`, ['cluster.yaml:4', 'n1']],
  ['a bad port', node('    port: 99999\n'), ['cluster.yaml:4', 'port']],
  [
    'a rule that does not load',
    'policy:\n  rules:\n    - { id: x, verdict: maybe, match: {} }\n',
    ['verdict'],
  ],
];

describe('a configuration that cannot be used is refused at start, with file, line and key', () => {
  it.each(refused)('%s', async (_what, config, named) => {
    const { code, stdout, stderr } = await start({ config });
    expect(code).toBe(2);
    for (const word of named) expect(stderr).toContain(word);
    expect(stdout).not.toContain('"id":2'); // no tool was served
    const lines = stderr.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'error', message: expect.any(String) });
  });

  it('a file that was named and is not there', async () => {
    expect(await start({ args: ['--config', 'missing.yaml'] })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing.yaml'),
    });
    expect(await start({ env: { CLUSTER_CONFIG: '/no/such/cluster.yaml' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('/no/such/cluster.yaml'),
    });
  });

  it('for somebody who tries it without a client, too', async () => {
    expect(await start({ config: 'nodse: []\n', silent: true })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('nodse'),
    });
    expect(await start({ silent: true })).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    'CLUSTER_SSH_TIMEOUT',
    'CLUSTER_SSH_CONNECT_TIMEOUT',
    'CLUSTER_SSH_RETRIES',
    'CLUSTER_CPU_THRESHOLD',
    'CLUSTER_LOAD_THRESHOLD',
    'CLUSTER_MEMORY_THRESHOLD',
    'CLUSTER_CMD_TIMEOUT',
    'CLUSTER_STATUS_TIMEOUT',
    'CLUSTER_IP_CACHE_TTL',
    'CLUSTER_GATEWAY',
    'CLUSTER_DNS',
    'CLUSTER_LOG_LEVEL',
  ])('a variable with a bad value is named: %s', async (variable) => {
    expect(await start({ env: { [variable]: 'no such thing' }, silent: true })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(variable),
    });
  });
});

describe('a configuration that breaks later', () => {
  it('changes nothing: the last good one holds, and status says what is wrong', async () => {
    await using session = await openSession({ config: 'localNode: one\n' });
    await writeFile(session.configFile, 'localNode: one\nnodse: []\n');
    const status = await until(
      () => session.call('cluster_status'),
      (answer) => 'configuration_error' in answer,
    );
    expect(status).toMatchObject({
      local_node: 'one',
      configuration_error: expect.stringMatching(/cluster\.yaml:2.*nodse/),
    });
    expect(await session.call('cluster_bash', { command: 'echo on' })).toMatchObject({ executed_on: 'one' });
    await writeFile(session.configFile, 'localNode: two\n');
    await until(
      () => session.call('cluster_status'),
      ({ local_node, configuration_error }) => local_node === 'two' && configuration_error === undefined,
    );
  });
});

describe('fault 16: nothing of anybody’s is built in', () => {
  it('without a configuration the cluster is this machine alone, and works', async () => {
    await using session = await openSession();
    const { local_node, nodes } = await session.call('cluster_status');
    expect(Object.keys(nodes as object)).toEqual([local_node]);
    for (const command of ['make -f /dev/null all; echo done', 'echo done'])
      expect(await session.call('cluster_bash', { command })).toMatchObject({
        executed_on: local_node,
        stdout: expect.stringContaining('done\n'),
      });
    const listed = JSON.stringify(await session.client.listTools());
    expect(listed).not.toMatch(/macpro51|mac-studio|macbook-air|ollama/i);
  });
});
