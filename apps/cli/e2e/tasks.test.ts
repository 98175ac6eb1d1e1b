import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, makePlace, taskOf, until, type Json, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
  place = await makePlace(inventory(lab));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

async function rows(...args: string[]): Promise<Json[]> {
  const { stdout } = await place.cli(['tasks', '--json', ...args]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

/** One that runs until it is ended. */
async function running(command: string) {
  const started = place.start(['submit', command, '--node', 'n1']);
  await until(() => started.stdout() !== '');
  const [row] = await until(
    () => rows('--status', 'running'),
    (found) => found.length === 1,
  );
  return { ...started, id: String(row?.['task_id']) };
}

describe('tasks of earlier calls', () => {
  it('tasks lists them, newest first, by status and node', async () => {
    const failed = taskOf((await place.cli(['submit', 'exit 5', '--node', 'n1'])).stderr);
    const fine = taskOf((await place.cli(['submit', 'echo hi', '--node', 'n2'])).stderr);
    expect(await rows('--limit', '2')).toMatchObject([
      { task_id: fine, status: 'completed', executed_on: 'n2', return_code: 0, command: 'echo hi' },
      { task_id: failed, status: 'failed', executed_on: 'n1', return_code: 5 },
    ]);
    expect((await rows('--status', 'failed')).map((row) => row['task_id'])).toEqual([failed]);
    expect((await rows('--node', 'n2')).map((row) => row['task_id'])).toEqual([fine]);
    const { stdout } = await place.cli(['tasks']);
    expect(stdout).toContain(failed);
    expect(await place.cli(['tasks', '--status', 'nonsense'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('status prints the record; logs what was printed', async () => {
    const id = taskOf((await place.cli(['submit', 'echo out; echo err >&2; exit 3', '--node', 'n2'])).stderr);
    const { code, stdout } = await place.cli(['status', id]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id,
      status: 'failed',
      command: expect.stringContaining('echo out'),
    });
    expect(await place.cli(['logs', id])).toMatchObject({ code: 0, stdout: 'out\n', stderr: '' });
    expect(await place.cli(['logs', id, '--stderr'])).toMatchObject({ code: 0, stdout: 'err\n' });
    expect(await place.json(['logs', id])).toMatchObject({ task_id: id, data: 'out\n', eof: true });
  });

  it.each(['status', 'logs', 'cancel', 'approve'])(
    '%s of an unknown task exits 1 and says so',
    async (command) => {
      expect(await place.cli([command, 't_nothing'])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('t_nothing'),
      });
    },
  );
});

describe('tasks of another process', () => {
  it('logs -f, interrupted, ends alone and does not say that it ends the command', async () => {
    const running = place.start(['submit', 'echo begun; sleep 300', '--node', 'n1']);
    await until(() => running.stdout() === 'begun\n');
    const task = String(
      (JSON.parse((await place.cli(['tasks', '--json', '--limit', '1'])).stdout) as Json)['task_id'],
    );
    const logs = place.start(['logs', '-f', task]);
    await until(() => logs.stdout() === 'begun\n');
    logs.child.kill('SIGINT');
    expect(await logs.ended).toMatchObject({ code: 130, stdout: 'begun\n', stderr: '' });
    expect(running.child.exitCode).toBeNull();
    expect(await place.cli(['cancel', task])).toMatchObject({ code: 0 });
    await running.ended;
  });

  it('logs -f follows to the end', async () => {
    const task = await running(
      `echo one; while [ ! -e ${place.folder}/go ]; do sleep 0.1; done; echo two; exit 4`,
    );
    const follower = place.start(['logs', task.id, '-f']);
    await until(() => follower.stdout() === 'one\n');
    await place.cli([`${place.folder}/go`], { program: ['touch'] });
    expect(await follower.ended).toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
    expect(await task.ended).toMatchObject({ code: 4 });
  });

  it('cancel ends it there, with all that it started', async () => {
    const task = await running('echo begun; sleep 300 & sleep 301');
    expect(await place.cli(['cancel', task.id])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('cancelled'),
    });
    expect(await task.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('cancelled') });
    expect(await lab.node('n1').processes()).toEqual([]);
    expect(JSON.parse((await place.cli(['status', task.id])).stdout)).toMatchObject({ status: 'cancelled' });
  });
});
