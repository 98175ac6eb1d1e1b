import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, openSession, type Session } from './session.js';

let lab: Lab;
let session: Session;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
  // Thresholds that every node is above: offload_to does not look at load.
  const settings = { thresholds: { cpuPercent: 0, load: 0, memoryPercent: 0 } };
  const config = inventory(lab, settings, (id) => ({ aliases: [`alias-${id}`, id.toUpperCase()] }));
  session = await openSession({ config });
});
afterAll(async () => {
  await session.close();
  await lab.close();
});

const offload = (args: Record<string, unknown>) => session.call('offload_to', { node_id: 'n1', ...args });

describe('offload_to', () => {
  it('runs the command on the node that is named, whatever its load', async () => {
    for (const id of ['n1', 'n2'])
      expect(await offload({ command: 'echo "$CLUSTERLAB_NODE"', node_id: id })).toMatchObject({
        status: 'completed',
        success: true,
        return_code: 0,
        executed_on: id,
        stdout: `${id}\n`,
        auto_routed: false,
        isError: false,
      });
  });

  it('takes aliases', async () => {
    expect(await offload({ command: 'echo "$CLUSTERLAB_NODE"', node_id: 'alias-n2' })).toMatchObject({
      executed_on: 'n2',
      stdout: 'n2\n',
    });
  });

  it('fault 1: a command that exits 1 is not a success', async () => {
    expect(await offload({ command: 'echo out; echo err >&2; exit 1' })).toMatchObject({
      status: 'failed',
      success: false,
      return_code: 1,
      stdout: 'out\n',
      stderr: 'err\n',
      isError: false,
    });
  });

  it('tells the signal that ended a command, and gives no return code then', async () => {
    const answer = await offload({ command: 'kill -TERM $$' });
    expect(answer).toMatchObject({ status: 'failed', success: false, signal: expect.stringMatching(/TERM/) });
    expect(answer).not.toHaveProperty('return_code');
  });

  it('hands on stdin and env, and /dev/null where there is no stdin', async () => {
    expect(
      await offload({
        command: 'cat; printf %s "$GREETING"',
        stdin: 'line one\nline two\n',
        env: { GREETING: `it's "quoted" $HOME` },
      }),
    ).toMatchObject({ stdout: `line one\nline two\nit's "quoted" $HOME` });
    expect(await offload({ command: 'readlink /proc/self/fd/0' })).toMatchObject({ stdout: '/dev/null\n' });
  });

  it('begins in the home of the node’s user, or in cwd', async () => {
    expect(await offload({ command: 'pwd' })).toMatchObject({
      stdout: `${await realpath(lab.node('n1').home)}\n`,
    });
    await mkdir(join(session.project, 'below'));
    expect(await offload({ command: 'pwd', cwd: session.project })).toMatchObject({
      stdout: `${session.project}\n`,
    });
    expect(await offload({ command: 'pwd', cwd: 'below' })).toMatchObject({
      stdout: `${session.project}/below\n`,
    });
  });

  it('fault 11: says so where the folder is not there, and does not run elsewhere', async () => {
    expect(await offload({ command: 'pwd', cwd: '/no/such/folder' })).toMatchObject({
      status: 'unschedulable',
      error_code: 'no-such-folder',
      hint: expect.stringContaining('cwd'),
      stdout: '',
      isError: true,
    });
  });

  it('ends a command after timeout_seconds, with all that it started', async () => {
    const answer = await offload({ command: 'sleep 300 & sleep 301; true', timeout_seconds: 0.5 });
    expect(answer).toMatchObject({
      status: 'timeout',
      success: false,
      stopped: 'yes',
      error_code: 'timeout',
      hint: expect.stringContaining('timeout_seconds'),
      isError: false,
    });
    expect(answer).not.toHaveProperty('return_code');
    expect(await lab.node('n1').processes()).toEqual([]);
  });

  it('gives bytes back as they were, where characters straddle chunks', async () => {
    const answer = await offload({
      command: `printf '\\342\\202'; sleep 0.2; printf '\\254 \\360\\237\\230'; sleep 0.2; printf '\\200\\n'`,
    });
    expect(answer).toMatchObject({ stdout: '€ 😀\n', stdout_bytes: 9 });
  });
});
