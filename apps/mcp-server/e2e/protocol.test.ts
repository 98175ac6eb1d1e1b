import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { openRaw, startRaw } from './raw.js';
import { main, makePlace, openSession, until } from './session.js';

const names = [
  'cluster_bash',
  'offload_to',
  'parallel_execute',
  'cluster_status',
  'cluster_plan',
  'task_output',
  'task_cancel',
  'task_list',
];

describe('the list of tools', () => {
  it('has all tools, with schemas, hints, and instructions that a client keeps whole', async () => {
    await using session = await openSession();
    const { tools } = await session.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(names);
    for (const tool of tools) {
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(tool.title).toMatch(/\w/);
      expect(tool.annotations).toMatchObject({
        readOnlyHint: /status|plan|output|list/.test(tool.name),
        destructiveHint: !/status|plan|output|list/.test(tool.name),
        idempotentHint: expect.any(Boolean),
        openWorldHint: expect.any(Boolean),
      });
    }
    const instructions = session.client.getInstructions() ?? '';
    expect(instructions.length).toBeLessThan(2_000);
    for (const name of names) expect(instructions).toContain(name);
  });

  it('names the nodes and their aliases, and the client hears when they change', async () => {
    const node = (id: string, alias: string) => ({ id, host: '127.0.0.1', aliases: [alias] });
    await using session = await openSession({
      config: JSON.stringify({ localNode: 'here', nodes: [node('n1', 'builder')] }),
    });
    const described = async () => {
      const { tools } = await session.client.listTools();
      return tools.find(({ name }) => name === 'offload_to')?.description ?? '';
    };
    expect(await described()).toMatch(/here \[this machine\], n1 \(builder\)/);
    const changed = new Promise((resolve) => {
      session.client.setNotificationHandler(ToolListChangedNotificationSchema, resolve);
    });
    await writeFile(
      session.configFile,
      JSON.stringify({ localNode: 'here', nodes: [node('n1', 'builder'), node('n2', 'tester')] }),
    );
    await changed;
    expect(await described()).toContain('n2 (tester)');
  });
});

describe('messages', () => {
  it('standard output holds JSON-RPC and nothing else; standard error lines of JSON', async () => {
    await using place = await makePlace({ env: { CLUSTER_LOG_LEVEL: 'debug' } });
    await using server = await openRaw(place);
    for (const command of ['echo out; echo err >&2', 'node --no-such-option', 'exit 3', 'echo "open'])
      await server.request('tools/call', { name: 'cluster_bash', arguments: { command } });
    for (const name of names) await server.request('tools/call', { name, arguments: {} });
    server.send({ method: 'notifications/no-such' });
    server.endInput();
    expect(await server.ended).toBe(0);
    expect(server.lines.length).toBeGreaterThan(10);
    for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    const logged = server.stderr().trimEnd().split('\n');
    for (const line of logged)
      expect(JSON.parse(line)).toMatchObject({
        time: expect.any(String),
        level: expect.any(String),
        message: expect.any(String),
      });
  });

  it('arguments of any kind get an answer that says what is wrong', async () => {
    await using place = await makePlace();
    await using server = await openRaw(place);
    for (const args of ['ls', ['ls'], 7, null, true])
      expect(await server.request('tools/call', { name: 'cluster_bash', arguments: args })).toMatchObject({
        result: {
          isError: true,
          structuredContent: { status: 'invalid', error_code: 'invalid-arguments', success: false },
        },
      });
    expect(await server.request('tools/call', { name: 'cluster_bash' })).toMatchObject({
      result: { isError: true, structuredContent: { error_code: 'invalid-arguments' } },
    });
  });

  it('an unknown tool or method is a protocol error, and the one for tools names them', async () => {
    await using place = await makePlace();
    await using server = await openRaw(place);
    const { error } = await server.request('tools/call', { name: 'bash', arguments: {} });
    expect(error).toMatchObject({ code: -32602 });
    for (const name of ['bash', ...names]) expect((error as { message: string }).message).toContain(name);
    expect(await server.request('server/discover')).toMatchObject({ error: { code: -32601 } });
    expect(await server.request('ping')).toMatchObject({ result: {} });
  });

  it('what is no message at all does no harm', async () => {
    await using place = await makePlace();
    await using server = await openRaw(place);
    server.send({ id: 'x' });
    server.send({ method: 'tools/call', params: [] });
    expect(await server.request('ping')).toMatchObject({ result: {} });
  });

  it('large arguments arrive whole', async () => {
    await using session = await openSession();
    const stdin = 'x'.repeat(11_000_000);
    expect(await session.call('cluster_bash', { command: 'wc -c', stdin })).toMatchObject({
      stdout: '11000000\n',
    });
  });

  it('secrets are not logged', async () => {
    await using session = await openSession({ env: { CLUSTER_LOG_LEVEL: 'debug' } });
    const secret = { env: { TOKEN: 'secret-env' }, stdin: 'secret-stdin' };
    await session.call('cluster_bash', { command: 'cat >/dev/null', ...secret });
    await session.call('cluster_bash', { command: 'echo', ...secret, stray: 'secret-stray' });
    await until(() => session.stderr().includes('answered'));
    expect(session.stderr()).not.toMatch(/secret-/);
  });
});

describe('the command line', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  it('prints its help and its version', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--config FILE') });
    expect(run('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('wrong usage exits 2 and says what is wrong', () => {
    for (const args of [['--no-such'], ['serve'], ['--config']])
      expect(run(...args)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('--help'),
      });
  });

  it('--config wins over the environment', async () => {
    await using place = await makePlace({ config: 'localNode: from-environment\n' });
    await writeFile(`${place.project}/mine.yaml`, 'localNode: from-flag\n');
    await using session = await openSession({
      folder: place.folder,
      config: 'localNode: from-environment\n',
      args: ['--config', 'mine.yaml'],
    });
    expect(await session.call('cluster_status')).toMatchObject({ local_node: 'from-flag' });
  });

  it('answers initialize before the configuration has been looked at', async () => {
    await using place = await makePlace();
    await using server = startRaw(place);
    const { result } = await server.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    });
    expect(result).toMatchObject({ serverInfo: { name: 'cluster-execution-mcp' } });
    expect(server.stderr()).toBe('');
  });
});
