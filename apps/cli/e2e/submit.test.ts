import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, makePlace, until, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 3 });
  await lab.node('n3').stop();
  place = await makePlace(inventory(lab));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

const onNode = (command: string, ...more: string[]) =>
  place.cli(['submit', command, '--node', 'n1', ...more]);

describe('submit exits as its command does', () => {
  it.each([
    ['true', 0],
    ['exit 3', 3],
    ['kill -KILL $$', 137],
    ['kill -TERM $$', 143],
    ['no-such-program-anywhere', 127],
  ])('%s: %i, here and on a node', async (command, code) => {
    expect(await onNode(command)).toMatchObject({ code, stdout: '' });
    expect(await place.cli(['submit', command, '--no-auto-route'])).toMatchObject({ code, stdout: '' });
  });

  it('124 after a timeout, and nothing of it is left', async () => {
    const { code, stderr } = await onNode('sleep 300', '--timeout', '0.5');
    expect({ code, stderr }).toEqual({ code: 124, stderr: expect.stringContaining('timeout') });
    expect(await lab.node('n1').processes()).toEqual([]);
  });

  it('125 where it did not run', async () => {
    expect(await place.cli(['submit', 'echo hi', '--node', 'n3'])).toMatchObject({
      code: 125,
      stdout: '',
      stderr: expect.stringMatching(/unreachable[^]*\[connection-refused\]/),
    });
    expect(await place.cli(['submit', 'echo hi', '--node', 'no-such'])).toMatchObject({
      code: 125,
      stdout: '',
      stderr: expect.stringContaining('[unknown-node]'),
    });
  });

  it.each([[['--os', 'macos']], [['--cap', 'gpu']], [['--arch', 'arm64', '--cap', 'gpu']]])(
    '125 where no node is so: %s',
    async (requirements) => {
      expect(await place.cli(['submit', 'echo hi', ...requirements])).toMatchObject({
        code: 125,
        stdout: '',
        stderr: expect.stringContaining('unschedulable'),
      });
    },
  );

  it('126 where the policy asks and there is nobody', async () => {
    expect(await place.cli(['submit', 'git push --force', '--no-auto-route'])).toMatchObject({
      code: 126,
      stdout: '',
      stderr: expect.stringContaining('needs_approval'),
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('130 after %s, and nothing of it is left', async (signal) => {
    const running = place.start(['submit', 'echo begun; sleep 300', '--node', 'n1']);
    await until(() => running.stdout() === 'begun\n');
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({
      code: 130,
      stdout: 'begun\n',
      stderr: expect.stringContaining('cancelled'),
    });
    expect(await lab.node('n1').processes()).toEqual([]);
  });

  it.each([
    [['submit']],
    [['submit', 'true', '--script', 'x.sh']],
    [['submit', '--script', 'no-such-file']],
    [['submit', 'true', '--no-such-option']],
    [['submit', 'true', '--timeout', 'soon']],
    [['submit', 'true', '--timeout', '-1']],
    [['submit', 'true', '--os', 'plan9']],
    [['submit', '']],
    [['submit', 'true', 'and', 'more']],
    [['submit', 'true', '--env', 'NO-NAME']],
    [['no-such-command']],
    [[]],
  ])('2 for wrong usage: %s', async (args) => {
    const { code, stderr, stdout } = await place.cli(args);
    expect({ code, said: `${stderr}${stdout}` }).toEqual({ code: 2, said: expect.stringMatching(/\w/) });
  });
});

describe('submit says where and how', () => {
  it('ends with status, node and task on standard error', async () => {
    const { stderr } = await onNode('echo hi');
    expect(stderr).toMatch(/^completed · exit 0 · on n1 · [\d.]+ s · \S+\n$/);
  });

  it('--json prints the tool’s answer in one line', async () => {
    const { code, stdout, stderr } = await onNode('echo out; echo err >&2; exit 4', '--json');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'failed',
      success: false,
      return_code: 4,
      executed_on: 'n1',
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
      task_id: expect.any(String),
    });
  });

  it('--json before the command is the same', async () => {
    const { stdout } = await place.cli(['--json', 'submit', 'echo hi']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', stdout: 'hi\n' });
  });

  it('plan says it without running', async () => {
    const plan = await place.json(['plan', 'make -j8']);
    expect(plan).toMatchObject({ placement: 'placed', weight: 'heavy', verdict: 'allow' });
    expect(await place.cli(['plan', 'make -j8'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/heavy[^]*→ n[12]/),
    });
    expect(await place.cli(['plan', 'echo hi', '--cap', 'gpu'])).toMatchObject({ code: 125 });
  });
});
