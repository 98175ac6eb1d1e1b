import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, until, type Json, type Session, type SessionOptions } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
});
afterAll(() => lab.close());

// Harmless commands stand for those that the user's own rules are about.
const rules = [
  {
    id: 'no-touch',
    verdict: 'deny',
    match: { program: 'touch', arguments: ['*refused*'] },
    message: 'not here',
  },
  {
    id: 'ask-touch',
    verdict: 'ask',
    match: { program: 'touch', arguments: ['*asked*'] },
    message: 'makes a file',
  },
];
const open = (options: SessionOptions = {}, policy: Json = { rules }) =>
  openSession({ config: inventory(lab, { localNode: 'here', policy }), ...options });

const exists = (session: Session, name: string) =>
  access(join(session.project, name)).then(
    () => true,
    () => false,
  );

// Only ever given to cluster_plan, which runs nothing.
const catastrophic = [
  'rm -rf /',
  'rm -fr /',
  'rm -r -f /*',
  'sudo rm --recursive --force /',
  'echo x > /dev/sda',
  'dd if=/dev/zero of=/dev/sda',
  'mkfs.ext4 /dev/sda1',
  ':(){ :|:& };:',
  'bash -c "rm -rf /"',
];

describe('fault 7: what a command would do decides, not how it is spelled', () => {
  it('the catastrophic is denied', async () => {
    await using session = await open();
    for (const command of catastrophic)
      expect([command, (await session.call('cluster_plan', { command }))['verdict']]).toEqual([
        command,
        'deny',
      ]);
  });

  it('what only looks like it is not', async () => {
    await using session = await open();
    for (const command of [
      'rm -rf /tmp/build',
      'echo "rm -rf /"',
      'grep -n "rm -rf /" notes.txt',
      'dd --help',
    ])
      expect([command, (await session.call('cluster_plan', { command }))['verdict']]).not.toEqual([
        command,
        'deny',
      ]);
  });
});

describe('a command that the policy denies', () => {
  it('is refused before anything runs, on any node, with the rule', async () => {
    await using session = await open();
    for (const [tool, args] of [
      ['cluster_bash', {}],
      ['offload_to', { node_id: 'n1', cwd: session.project }],
    ] as const)
      expect(await session.call(tool, { command: 'echo first; touch refused', ...args })).toMatchObject({
        status: 'denied',
        success: false,
        error_code: 'policy-denied',
        error: expect.stringContaining('no-touch'),
        stdout: '',
        isError: true,
      });
    expect(await exists(session, 'refused')).toBe(false);
  });
});

describe('a command that a person has to allow', () => {
  const answers: [string, ElicitResult, 'completed' | 'denied'][] = [
    ['run', { action: 'accept', content: { decision: 'run' } }, 'completed'],
    ['refuse', { action: 'accept', content: { decision: 'refuse' } }, 'denied'],
    ['decline', { action: 'decline' }, 'denied'],
    ['cancel', { action: 'cancel' }, 'denied'],
  ];

  it.each(answers)('is asked about, and the answer holds: %s', async (_name, answer, status) => {
    const asked: ElicitRequest[] = [];
    await using session = await open({
      elicit: (request) => {
        asked.push(request);
        return answer;
      },
    });
    const outcome = await session.call('offload_to', {
      command: 'touch asked; echo ran',
      node_id: 'n1',
      cwd: session.project,
    });
    expect(outcome).toMatchObject({ status, isError: status === 'denied' });
    expect(asked).toHaveLength(1);
    const { message } = asked[0]?.params ?? { message: '' };
    for (const word of ['touch asked; echo ran', 'n1', 'makes a file', 'ask-touch'])
      expect(message).toContain(word);
    expect(await exists(session, 'asked')).toBe(status === 'completed');
    if (status === 'denied') expect(outcome).toMatchObject({ error_code: 'person-denied' });
  });

  it('waits for an approval where the client can ask nobody', async () => {
    await using session = await open();
    const outcome = await session.call('cluster_bash', { command: 'touch asked' });
    expect(outcome).toMatchObject({
      status: 'needs_approval',
      success: false,
      error_code: 'needs-approval',
      hint: expect.stringContaining(`cluster-router approve ${String(outcome['task_id'])}`),
      isError: false,
    });
    expect(await exists(session, 'asked')).toBe(false);
    expect(await session.call('task_list', { status: 'needs_approval' })).toMatchObject({
      tasks: [{ task_id: outcome['task_id'] }],
    });
    expect(await session.call('task_cancel', { task_id: outcome['task_id'] })).toMatchObject({
      status: 'cancelled',
    });
  });

  it('may be cancelled while the person thinks', async () => {
    let asked = false;
    await using session = await open({
      elicit: () => {
        asked = true;
        return new Promise(() => undefined);
      },
    });
    const outcome = await session.call('cluster_bash', { command: 'touch asked', wait_seconds: 0.5 });
    expect(asked).toBe(true);
    expect(['queued', 'needs_approval']).toContain(outcome['status']);
    await session.call('task_cancel', { task_id: outcome['task_id'] });
    await until(
      () => session.call('task_list', { status: 'cancelled' }),
      ({ tasks }) => (tasks as Json[]).length === 1,
    );
    expect(await exists(session, 'asked')).toBe(false);
  });

  it.each([
    ['allow', 'completed'],
    ['deny', 'denied'],
  ])('onAsk: %s decides without asking', async (onAsk, status) => {
    await using session = await open({}, { rules, onAsk });
    expect(await session.call('cluster_bash', { command: 'touch asked' })).toMatchObject({ status });
  });
});
