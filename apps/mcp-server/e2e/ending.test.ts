import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw, type RawServer } from './raw.js';
import { inventory, makePlace, openSession, until, type Json, type Place } from './session.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
});
afterAll(() => lab.close());

const place = () => makePlace({ config: inventory(lab, { localNode: 'here' }) });

/** Two commands under way: one on the node, one here. */
async function busy(at: Place): Promise<RawServer> {
  const server = await openRaw(at);
  for (const args of [
    { name: 'offload_to', arguments: { command: 'sleep 300 & touch begun; sleep 301', node_id: 'n1' } },
    {
      name: 'cluster_bash',
      arguments: { command: 'echo begun; echo $$ > pid; sleep 302', auto_route: false },
    },
  ])
    server.send({ id: args.name, method: 'tools/call', params: args });
  await until(
    async () => {
      const { result } = await server.request('tools/call', {
        name: 'task_list',
        arguments: { status: 'running' },
      });
      return (result as { structuredContent: { tasks: Json[] } }).structuredContent.tasks;
    },
    (tasks) => tasks.length === 2,
  );
  await until(() => localPid(at) > 1);
  // Not any process there: before its command, the node is asked for its user's environment.
  const begun = join(lab.node('n1').home, 'begun');
  await until(() => existsSync(begun));
  rmSync(begun);
  return server;
}

/** Of the command that runs here; 0 until it has said so. */
function localPid(at: Place): number {
  const file = join(at.project, 'pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended by itself
  }
}

async function recorded(at: Place): Promise<Json[]> {
  await using session = await openSession({
    config: inventory(lab, { localNode: 'here' }),
    folder: at.folder,
  });
  return ((await session.call('task_list')) as { tasks: Json[] }).tasks;
}

describe('an orderly end', () => {
  it.each([
    ['standard input’s end', (server: RawServer) => server.endInput()],
    ['SIGTERM', (server: RawServer) => server.kill('SIGTERM')],
    ['SIGINT', (server: RawServer) => server.kill('SIGINT')],
  ])('by %s ends all commands, verifies that, and records them as cancelled', async (_how, end) => {
    await using at = await place();
    await using server = await busy(at);
    end(server);
    expect(await server.ended).toBe(0);
    expect(await lab.node('n1').processes()).toEqual([]);
    expect(await recorded(at)).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
    // Who still listens has the answers.
    const answers = server.lines.map((line) => JSON.parse(line) as Json);
    for (const id of ['offload_to', 'cluster_bash'])
      expect(answers.find((answer) => answer['id'] === id)).toMatchObject({
        result: { structuredContent: { status: 'cancelled', stopped: 'yes' } },
      });
  });

  it('leaves the output to the next session', async () => {
    await using at = await place();
    await using server = await busy(at);
    server.endInput();
    await server.ended;
    await using session = await openSession({ folder: at.folder });
    const { tasks } = (await session.call('task_list', { node_id: 'here' })) as { tasks: Json[] };
    expect(await session.call('task_output', { task_id: tasks[0]?.['task_id'] })).toMatchObject({
      status: 'cancelled',
      data: 'begun\n',
      eof: true,
    });
  });
});

describe('a crash', () => {
  it('fault 14: what a dead server left running is on record as lost, and nobody waits for it', async () => {
    await using at = await place();
    await using server = await busy(at);
    server.kill('SIGKILL');
    expect(await server.ended).toBe('SIGKILL');
    // Nobody else will end them.
    for (const pid of await lab.node('n1').processes()) end(pid);
    end(-localPid(at));
    await using session = await openSession({ folder: at.folder });
    const { tasks } = (await session.call('task_list')) as { tasks: Json[] };
    expect(tasks).toMatchObject([{ status: 'lost' }, { status: 'lost' }]);
    for (const { task_id } of tasks)
      expect(await session.call('task_output', { task_id, wait_seconds: 300 })).toMatchObject({
        status: 'lost',
        eof: true,
      });
    await until(
      () => lab.node('n1').processes(),
      (pids) => pids.length === 0,
    );
  });
});

describe('the record of tasks', () => {
  it('outlives the server, and is shared by those that run at once', async () => {
    await using at = await place();
    const options = { config: inventory(lab, { localNode: 'here' }), folder: at.folder };
    const ran: Json = {};
    {
      await using first = await openSession(options);
      Object.assign(ran, await first.call('offload_to', { command: 'echo kept; exit 3', node_id: 'n1' }));
    }
    await using second = await openSession(options);
    await using third = await openSession(options);
    expect(await second.call('task_list')).toMatchObject({
      tasks: [{ task_id: ran['task_id'], status: 'failed', return_code: 3, executed_on: 'n1' }],
    });
    expect(await second.call('task_output', { task_id: ran['task_id'] })).toMatchObject({ data: 'kept\n' });
    const task = await second.call('offload_to', { command: 'sleep 300', node_id: 'n1', wait_seconds: 0 });
    expect(await third.call('task_cancel', { task_id: task['task_id'] })).toMatchObject({
      status: 'cancelled',
      stopped: 'yes',
    });
    expect(await lab.node('n1').processes()).toEqual([]);
  });
});
