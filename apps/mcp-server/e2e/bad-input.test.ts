import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, type Json, type Session } from './session.js';

let lab: Lab;
let session: Session;

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
  session = await openSession({
    config: inventory(lab, { localNode: 'here' }, () => ({ aliases: ['builder'] })),
  });
});
afterAll(async () => {
  await session.close();
  await lab.close();
});
// Whatever came in, the server goes on serving.
afterEach(async () => {
  expect(await session.call('cluster_bash', { command: 'echo on' })).toMatchObject({ stdout: 'on\n' });
});

const invalid: [what: string, tool: string, args: Json, code: string, named: string][] = [
  ['an empty command', 'cluster_bash', { command: '' }, 'command-empty', ''],
  ['a command of spaces', 'cluster_bash', { command: ' \n\t' }, 'command-empty', ''],
  ['an open quote', 'cluster_bash', { command: 'echo "open' }, 'command-unparsable', ''],
  ['an open bracket', 'offload_to', { command: 'echo $(ls', node_id: 'n1' }, 'command-unparsable', ''],
  ['a NUL character', 'cluster_bash', { command: 'echo a\0b' }, 'command-unparsable', ''],
  ['a command of 101 kB', 'cluster_bash', { command: `echo ${'x'.repeat(101_000)}` }, 'command-too-long', ''],
  ['an unknown node', 'offload_to', { command: 'pwd', node_id: 'nowhere' }, 'unknown-node', 'nowhere'],
  ['no command', 'cluster_bash', {}, 'invalid-arguments', 'command'],
  ['a command that is a number', 'cluster_bash', { command: 3 }, 'invalid-arguments', 'command'],
  ['a command that is a list', 'cluster_bash', { command: ['ls'] }, 'invalid-arguments', 'command'],
  ['an unknown parameter', 'cluster_bash', { command: 'pwd', timeout: 3 }, 'invalid-arguments', 'timeout'],
  [
    'an unknown OS',
    'cluster_bash',
    { command: 'pwd', requires_os: 'beos' },
    'invalid-arguments',
    'requires_os',
  ],
  [
    'an unknown architecture',
    'cluster_bash',
    { command: 'pwd', requires_arch: 'vax' },
    'invalid-arguments',
    'requires_arch',
  ],
  [
    'capabilities as text',
    'cluster_bash',
    { command: 'pwd', requires_capabilities: 'gpu' },
    'invalid-arguments',
    'requires_capabilities',
  ],
  [
    'auto_route as text',
    'cluster_bash',
    { command: 'pwd', auto_route: 'no' },
    'invalid-arguments',
    'auto_route',
  ],
  [
    'a negative time limit',
    'cluster_bash',
    { command: 'pwd', timeout_seconds: -1 },
    'invalid-arguments',
    'timeout_seconds',
  ],
  [
    'a wait of an hour',
    'cluster_bash',
    { command: 'pwd', wait_seconds: 3_600 },
    'invalid-arguments',
    'wait_seconds',
  ],
  [
    'a variable that no shell can have',
    'cluster_bash',
    { command: 'pwd', env: { 'A-B': 'x' } },
    'invalid-arguments',
    'env',
  ],
  [
    'a variable that is a number',
    'cluster_bash',
    { command: 'pwd', env: { A: 1 } },
    'invalid-arguments',
    'env',
  ],
  ['an empty folder', 'cluster_bash', { command: 'pwd', cwd: '' }, 'invalid-arguments', 'cwd'],
  ['no node', 'offload_to', { command: 'pwd' }, 'invalid-arguments', 'node_id'],
  [
    'requirements for a named node',
    'offload_to',
    { command: 'pwd', node_id: 'n1', requires_os: 'linux' },
    'invalid-arguments',
    'requires_os',
  ],
  ['no commands', 'parallel_execute', { commands: [] }, 'invalid-arguments', 'commands'],
  [
    '257 commands',
    'parallel_execute',
    { commands: Array.from({ length: 257 }, () => 'pwd') },
    'invalid-arguments',
    'commands',
  ],
  ['commands that are no list', 'parallel_execute', { commands: 'pwd' }, 'invalid-arguments', 'commands'],
  ['a node list as text', 'cluster_status', { node_ids: 'n1' }, 'invalid-arguments', 'node_ids'],
  ['a node that is not there', 'cluster_status', { node_ids: ['n7'] }, 'unknown-node', 'n7'],
  ['a broken node set', 'cluster_status', { node_ids: ['n[1-'] }, 'node-set-invalid', 'n[1-'],
  ['an empty plan', 'cluster_plan', { command: '' }, 'command-empty', ''],
  ['a plan with a stray', 'cluster_plan', { command: 'pwd', node_id: 'n1' }, 'invalid-arguments', 'node_id'],
  ['no task', 'task_output', {}, 'invalid-arguments', 'task_id'],
  ['an unknown task', 'task_output', { task_id: 'gone' }, 'unknown-task', 'gone'],
  ['a path for a task', 'task_output', { task_id: '../../etc/passwd' }, 'unknown-task', '..'],
  ['an unknown stream', 'task_output', { task_id: 'x', stream: 'stdlog' }, 'invalid-arguments', 'stream'],
  ['an unknown task to cancel', 'task_cancel', { task_id: 'gone' }, 'unknown-task', 'gone'],
  ['an unknown status', 'task_list', { status: 'done' }, 'invalid-arguments', 'status'],
  ['a limit of none', 'task_list', { limit: 0 }, 'invalid-arguments', 'limit'],
];

describe('what is not valid', () => {
  it.each(invalid)('%s: %s', async (_what, tool, args, code, named) => {
    const answer = await session.call(tool, args);
    expect(answer).toMatchObject({
      status: 'invalid',
      error_code: code,
      error: expect.stringContaining(named),
      hint: expect.stringMatching(/\w/),
      isError: true,
    });
    expect(answer['error']).not.toBe('');
  });

  it('says which node was probably meant', async () => {
    expect(await session.call('offload_to', { command: 'pwd', node_id: 'bilder' })).toMatchObject({
      hint: expect.stringContaining('builder'),
    });
  });
});

describe('what no node can do', () => {
  it('a requirement that none meets', async () => {
    expect(
      await session.call('cluster_bash', { command: 'pwd', requires_capabilities: ['tpu'] }),
    ).toMatchObject({
      status: 'unschedulable',
      error_code: 'no-node-fits',
      hint: expect.stringMatching(/\w/),
      isError: true,
    });
  });

  it('a folder that no node has', async () => {
    for (const auto_route of [true, false])
      expect(
        await session.call('cluster_bash', { command: 'pwd', cwd: '/no/such/folder', auto_route }),
      ).toMatchObject({
        status: 'unschedulable',
        error_code: 'no-such-folder',
        hint: expect.stringContaining('cwd'),
        isError: true,
      });
  });

  it('a pattern that is none, or that would take for ever', async () => {
    const task = await session.call('cluster_bash', { command: `echo ${'a'.repeat(40)}b` });
    const grep = (pattern: string) =>
      session.call('task_output', { task_id: task['task_id'], grep: pattern });
    for (const pattern of ['(', '^(a+)+$'])
      expect(await grep(pattern)).toMatchObject({ error_code: 'invalid-arguments', isError: true });
  });
});

it('long commands that are allowed arrive whole', async () => {
  const command = `: ${'x'.repeat(90_000)}; echo end`;
  for (const [tool, more] of [
    ['cluster_bash', {}],
    ['offload_to', { node_id: 'n1' }],
  ] as const)
    expect(await session.call(tool, { command, ...more })).toMatchObject({ stdout: 'end\n', success: true });
});
