import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statuses, terminalStatuses } from './states.js';
import { openTaskStore, type TaskStoreOptions } from './sqlite-store.js';
import type { TaskStore } from './store.js';
import type { NewTask, Owner } from './task.js';

const me: Owner = { pid: 1001, startedAt: 'then', host: 'here' };
const other: Owner = { pid: 1002, startedAt: 'then', host: 'here' };

let folder: string;
let time: number;
let rings: number;
let open: TaskStore[];
let store: TaskStore;

async function openStore(over: Partial<TaskStoreOptions> = {}): Promise<TaskStore> {
  const wake = { ring: () => void (rings += 1), onWake: () => () => undefined, close: () => undefined };
  const opened = await openTaskStore({ folder, now: () => time, wake, owner: me, ...over });
  open.push(opened);
  return opened;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'task-store-'));
  time = 1_000_000;
  rings = 0;
  open = [];
  store = await openStore();
});

afterEach(() => {
  for (const opened of open) opened.close();
  rmSync(folder, { recursive: true });
});

const create = (over: Partial<NewTask> = {}) =>
  store.create({ command: 'make', submittedFrom: 'laptop', ...over });

function running(over: Partial<NewTask> = {}) {
  const task = create(over);
  expect(store.reserve(task.id, 'builder', 100)).toBe(true);
  return task;
}

describe('create and get', () => {
  it('fills in what is left out', () => {
    const task = create();
    expect(task).toEqual({
      id: expect.stringMatching(/^t_[0-9a-z]{17}$/),
      type: 'command',
      command: 'make',
      requirements: {},
      priority: 5,
      metadata: {},
      status: 'queued',
      submittedFrom: 'laptop',
      createdAt: 1_000_000,
      takesSlot: true,
      owner: me,
    });
    expect(store.get(task.id)).toEqual(task);
    expect(store.get('t_none')).toBeUndefined();
  });

  it('keeps every field, after the store was closed too', async () => {
    const full: NewTask = {
      type: 'script',
      command: './build.sh; echo "ünï\u0000code"',
      script: '#!/bin/sh\nexit 3\n',
      requirements: { os: 'linux', arch: 'arm64', capabilities: ['docker'] },
      priority: 2.5,
      metadata: { nested: { list: [1, 'two', null] } },
      status: 'failed',
      submittedFrom: 'laptop',
      assignedTo: 'builder',
      startedAt: 1,
      endedAt: 2,
      exitCode: 3,
      signal: 'SIGTERM',
      stopped: 'unknown',
      error: 'e',
      errorCode: 'c',
      hint: 'h',
      cwd: '/x',
      timeoutSeconds: 0.5,
      weight: 'heavy',
      takesSlot: false,
      stdoutBytes: 2 ** 40,
      stderrBytes: 0,
      durationMs: 1.25,
      decision: { verdict: 'allow' },
      routing: ['a'],
      owner: other,
    };
    const { id, createdAt } = create(full);
    store.close();
    expect((await openStore()).get(id)).toEqual({ ...full, id, createdAt });
  });

  it('stamps what is born ended, and lets nothing run with a slot that it did not reserve', () => {
    expect(create({ status: 'denied' })).toMatchObject({ status: 'denied', endedAt: time });
    expect(create({ status: 'running', takesSlot: false })).toMatchObject({ startedAt: time });
    expect(() => create({ status: 'running' })).toThrow(
      expect.objectContaining({ code: 'illegal-transition' }),
    );
  });

  it('gives ids that sort by time', () => {
    const ids = Array.from({ length: 20 }, () => {
      time += 1;
      return create().id;
    });
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('transition', () => {
  it('sets where the status is as expected, and only there', () => {
    const { id } = create();
    expect(store.transition(id, 'running', 'completed')).toBe(false);
    expect(store.transition(id, ['queued', 'running'], 'cancelled', { error: 'by hand' })).toBe(true);
    expect(store.transition(id, ['queued', 'running'], 'cancelled', { error: 'again' })).toBe(false);
    expect(store.get(id)).toMatchObject({ status: 'cancelled', error: 'by hand', endedAt: time });
    expect(store.transition('t_none', 'queued', 'cancelled')).toBe(false);
  });

  it('stamps the end and the duration', () => {
    const { id } = running();
    time += 2500;
    store.transition(id, 'running', 'failed', { exitCode: 1 });
    expect(store.get(id)).toMatchObject({
      status: 'failed',
      exitCode: 1,
      startedAt: 1_000_000,
      endedAt: 1_002_500,
      durationMs: 2500,
    });
  });

  it('has no duration for what never started', () => {
    const { id } = create();
    store.transition(id, 'queued', 'unschedulable');
    expect(store.get(id)).not.toHaveProperty('durationMs');
  });

  it('keeps the caller’s own figures', () => {
    const { id } = running();
    store.transition(id, 'running', 'completed', { durationMs: 12.5, endedAt: 1_000_013 });
    expect(store.get(id)).toMatchObject({ durationMs: 12.5, endedAt: 1_000_013 });
  });

  it('clears a field that is given as undefined', () => {
    const { id } = running();
    store.transition(id, 'running', 'unreachable', { assignedTo: undefined });
    expect(store.get(id)).not.toHaveProperty('assignedTo');
  });

  it.each(terminalStatuses.flatMap((from) => statuses.map((to) => [from, to] as const)))(
    'never goes from %s to %s',
    (from, to) => {
      const { id } = create({ status: from });
      expect(() => store.transition(id, from, to)).toThrow(
        expect.objectContaining({ code: 'illegal-transition' }),
      );
      expect(store.get(id)?.status).toBe(from);
    },
  );

  it('gives the slot back when a task returns to the queue', () => {
    const { id } = create();
    expect(store.reserve(id, 'builder', 1)).toBe(true);
    expect(store.transition(id, 'running', 'queued')).toBe(true);
    expect(store.activeByNode()).toEqual(new Map());
    expect(store.get(id)).not.toHaveProperty('startedAt');
    expect(store.get(id)).not.toHaveProperty('assignedTo');
    expect(store.reserve(id, 'studio', 1)).toBe(true);
  });

  it('amends fields without a change of state', () => {
    const { id } = running();
    expect(store.amend(id, 'running', { stdoutBytes: 12, routing: { chosen: 'builder' } })).toBe(true);
    expect(store.get(id)).toMatchObject({
      status: 'running',
      stdoutBytes: 12,
      routing: { chosen: 'builder' },
    });
    expect(store.amend(id, 'queued', { stdoutBytes: 13 })).toBe(false);
  });
});

describe('reserve', () => {
  it('gives as many slots as there are, and frees them with the end of a task', () => {
    const [a, b, c] = [create(), create(), create()];
    expect(store.reserve(a.id, 'builder', 2)).toBe(true);
    expect(store.reserve(b.id, 'builder', 2)).toBe(true);
    expect(store.reserve(c.id, 'builder', 2)).toBe(false);
    expect(store.get(c.id)).toMatchObject({ status: 'queued' });
    expect(store.reserve(c.id, 'studio', 1)).toBe(true);
    expect(store.activeByNode()).toEqual(
      new Map([
        ['builder', 2],
        ['studio', 1],
      ]),
    );
    store.transition(a.id, 'running', 'timeout');
    expect(store.reserve(create().id, 'builder', 2)).toBe(true);
  });

  it('lets what takes no slot through, and counts it nowhere', () => {
    running();
    const quick = create({ takesSlot: false });
    expect(store.reserve(quick.id, 'builder', 1)).toBe(true);
    expect(store.activeByNode().get('builder')).toBe(1);
  });

  it('takes only what is queued, and once', () => {
    const task = create();
    expect(store.reserve(task.id, 'builder', 5)).toBe(true);
    expect(store.reserve(task.id, 'builder', 5)).toBe(false);
    expect(store.reserve(create({ status: 'needs_approval' }).id, 'builder', 5)).toBe(false);
  });

  it('makes the process that reserved the owner', async () => {
    const task = create();
    const second = await openStore({ owner: other });
    second.reserve(task.id, 'builder', 1);
    expect(store.get(task.id)).toMatchObject({ owner: other, startedAt: time });
  });
});

describe('list and count', () => {
  it('lists the newest first, filtered', () => {
    const a = running();
    const b = create();
    const c = create({ status: 'denied' });
    expect(store.list().map(({ id }) => id)).toEqual([c.id, b.id, a.id]);
    expect(store.list({ limit: 1 }).map(({ id }) => id)).toEqual([c.id]);
    expect(store.list({ status: ['queued', 'running'] }).map(({ id }) => id)).toEqual([b.id, a.id]);
    expect(store.list({ nodeId: 'builder', status: 'running' }).map(({ id }) => id)).toEqual([a.id]);
    expect(store.list({ nodeId: "x' OR 1=1 --" })).toEqual([]);
  });

  it('counts by node and status', () => {
    running();
    running();
    store.transition(running().id, 'running', 'failed');
    create();
    expect(store.countByNodeAndStatus()).toEqual(new Map([['builder', { running: 2, failed: 1 }]]));
  });
});

describe('reap', () => {
  const onlyOther = ({ pid }: Owner) => pid === other.pid;

  it('ends what belongs to a process that is gone, and nothing else', async () => {
    const ran = running();
    const waited = create();
    const asked = create({ status: 'needs_approval' });
    const done = create({ status: 'denied' });
    const second = await openStore({ owner: other });
    const theirs = second.create({ command: 'x', submittedFrom: 'laptop' });
    const ended = second.reap(onlyOther);
    expect(ended).toEqual([
      expect.objectContaining({ id: ran.id, status: 'lost', errorCode: 'owner-gone', endedAt: time }),
      expect.objectContaining({ id: waited.id, status: 'cancelled', errorCode: 'owner-gone' }),
    ]);
    expect(store.get(asked.id)).toMatchObject({ status: 'needs_approval' });
    expect(store.get(done.id)).toMatchObject({ status: 'denied' });
    expect(store.get(theirs.id)).toMatchObject({ status: 'queued' });
    expect(store.activeByNode()).toEqual(new Map());
    expect(second.reap(onlyOther)).toEqual([]);
  });

  it('ends what waits for approval only after a day', () => {
    create({ status: 'needs_approval' });
    time += 24 * 60 * 60 * 1000;
    expect(store.reap(() => false)).toEqual([]);
    time += 1;
    expect(store.reap(() => false)).toEqual([
      expect.objectContaining({ status: 'cancelled', errorCode: 'approval-expired' }),
    ]);
  });

  it('asks about each process once', () => {
    let asked = 0;
    running();
    running();
    store.reap(() => {
      asked += 1;
      return true;
    });
    expect(asked).toBe(1);
  });
});

describe('between processes', () => {
  it('carries a wish to cancel to the owner', async () => {
    const { id } = running();
    const second = await openStore({ owner: other });
    expect(second.requestCancel(id)).toBe(true);
    expect(rings).toBe(1);
    time += 1;
    const later = running().id;
    store.requestCancel(later);
    expect(store.cancelsRequested()).toEqual([id, later]);
    store.transition(later, 'running', 'cancelled', { stopped: 'yes' });
    rings = 1;
    expect(second.cancelsRequested()).toEqual([]);
    store.transition(id, 'running', 'cancelled', { stopped: 'yes' });
    expect(store.cancelsRequested()).toEqual([]);
    expect(second.requestCancel(id)).toBe(false);
    expect(second.requestCancel('t_none')).toBe(false);
  });

  it('approves a task that waits for it, once', () => {
    const { id } = create({ status: 'needs_approval' });
    expect(store.approve(id, 'ann')).toBe(true);
    expect(store.approve(id, 'bob')).toBe(false);
    expect(store.get(id)).toMatchObject({ status: 'queued', approvedBy: 'ann', owner: me });
    expect(rings).toBe(1);
  });

  it('hands a task that waits for approval over when its owner is gone', async () => {
    const { id } = create({ status: 'needs_approval' });
    const second = await openStore({ owner: other });
    expect(second.adopt(id, () => true)).toBe(false);
    expect(second.adopt(id, () => false)).toBe(true);
    expect(store.get(id)).toMatchObject({ status: 'needs_approval', owner: other });
    expect(second.adopt(create().id, () => false)).toBe(false);
  });

  it('rings for an end and a return to the queue, and not for a start', () => {
    const { id } = running();
    expect(rings).toBe(0);
    store.transition(id, 'running', 'queued');
    expect(rings).toBe(1);
    store.reserve(id, 'builder', 1);
    store.transition(id, 'running', 'completed');
    expect(rings).toBe(2);
    store.transition(id, 'running', 'completed');
    expect(rings).toBe(2);
  });
});

describe('prune', () => {
  it('removes what ended long ago, keeping the newest and what has not ended', () => {
    const old = [create({ status: 'denied' }), create({ status: 'denied' })].map(({ id }) => id);
    const active = running();
    time += 10_000;
    const recent = create({ status: 'denied' });
    expect(store.prune(5000, 100)).toEqual([]);
    expect(store.prune(5000, 3)).toEqual([old[0]]);
    expect(store.prune(5000, 0)).toEqual([old[1]]);
    expect(store.list().map(({ id }) => id)).toEqual([recent.id, active.id]);
  });
});

it('says so when it is used after it was closed', () => {
  store.close();
  store.close();
  expect(() => create()).toThrow(expect.objectContaining({ code: 'store-closed' }));
});
