import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster, surroundings } from '@cluster-execution/cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from './log.js';
import { createToolBox, type ToolBox } from './tool-box.js';

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
const hooks = { signal: new AbortController().signal };
const lines: string[] = [];
let folder: string;
let box: ToolBox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-tool-box-'));
  const env = { PATH: process.env['PATH'], HOME: folder, CLUSTER_STATE_DIR: join(folder, 'state') };
  const log = createLog(
    (line) => lines.push(line),
    () => new Date(),
  );
  log.level = 'debug';
  box = createToolBox(await openCluster({ around: surroundings(env, folder) }), log);
});

afterAll(async () => {
  await box.close();
  await rm(folder, { recursive: true });
});

async function call(name: string, args: unknown) {
  const { content, isError } = (await box.call(name, args, hooks)) ?? { content: {}, isError: undefined };
  return { ...content, isError };
}

describe('tools', () => {
  it('are listed with schemas that take nothing else, a description and hints', () => {
    const listed = box.list();
    expect(listed.map(({ name }) => name)).toEqual(names);
    for (const tool of listed) {
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(tool.description.length).toBeGreaterThan(80);
      expect(Object.values(tool.annotations).map((hint) => typeof hint)).toEqual(
        Array.from({ length: 4 }, () => 'boolean'),
      );
    }
  });

  it('leave what has a default out of what must be given', () => {
    const required = Object.fromEntries(
      box
        .list()
        .map(({ name, inputSchema }) => [name, 'required' in inputSchema ? inputSchema.required : undefined]),
    );
    expect(required).toEqual({
      cluster_bash: ['command'],
      offload_to: ['command', 'node_id'],
      parallel_execute: ['commands'],
      cluster_status: undefined,
      cluster_plan: ['command'],
      task_output: ['task_id'],
      task_cancel: ['task_id'],
      task_list: undefined,
    });
  });

  it.each(names)('%s answers arguments of any wrong kind', async (name) => {
    for (const args of ['text', null, 7, ['a'], { stray: 1 }]) {
      expect(await call(name, args)).toMatchObject({
        isError: true,
        status: 'invalid',
        error_code: 'invalid-arguments',
        error: expect.any(String),
        hint: expect.any(String),
      });
    }
  });

  it('are not found under any other name', () => {
    expect(box.call('bash', {}, hooks)).toBeUndefined();
  });

  it('do not take what is another tool’s', async () => {
    for (const stray of [{ node_id: 'n1' }, { script: 'echo' }, { metadata: {} }])
      expect(await call('cluster_bash', { command: 'pwd', ...stray })).toMatchObject({ status: 'invalid' });
    expect(await call('offload_to', { command: 'pwd', node_id: 'n1', requires_os: 'linux' })).toMatchObject({
      status: 'invalid',
    });
  });
});

describe('log', () => {
  it('knows how a call ended, and neither its command nor its secrets', async () => {
    await call('cluster_bash', {
      command: 'echo visible-command; cat; echo "$TOKEN"',
      env: { TOKEN: 'secret-env' },
      stdin: 'secret-stdin',
    });
    const written = lines.join('');
    expect(written).toMatch(/"message":"cluster_bash answered".*"status":"completed"/);
    expect(written).not.toMatch(/secret-env|secret-stdin|visible-command/);
  });
});

describe('task_output', () => {
  it('keeps to the size of an answer where every byte has to be escaped', async () => {
    const run = await call('cluster_bash', { command: "head -c 60000 /dev/zero | tr '\\0' '\\1'" });
    const id = (run as { task_id?: string }).task_id;
    const page = await call('task_output', { task_id: id });
    expect(JSON.stringify(page).length).toBeLessThan(40_100);
    expect(page).toMatchObject({ total_bytes: 60_000, eof: false });
    const asked = await call('task_output', { task_id: id, limit: 30_000 });
    expect(asked).toMatchObject({ next_offset: 30_000 });
  });
});
