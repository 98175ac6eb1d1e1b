import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutputFolder, type OutputFolder } from '../outputs/output-folder.js';
import { openTaskStore } from '../tasks/sqlite-store.js';
import type { TaskStore } from '../tasks/store.js';
import type { Context } from '../wiring/context.js';
import { readOutput, type TaskOutput } from './task-output.js';

let folder: string;
let store: TaskStore;
let outputs: OutputFolder;
let rings: Set<() => void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'task-output-'));
  store = await openTaskStore({ folder });
  outputs = createOutputFolder(join(folder, 'outputs'));
  rings = new Set();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

type Needed = Pick<Context, 'store' | 'outputs' | 'wake'>;
const context = (): Needed => ({
  store,
  outputs,
  wake: {
    ring: () => rings.forEach((listener) => listener()),
    onWake: (listener) => {
      rings.add(listener);
      return () => void rings.delete(listener);
    },
    close: () => undefined,
  },
});

/** A task that has printed `text`. */
async function task(text: Uint8Array | string, ended = true): Promise<string> {
  const { id } = store.create({ command: 'x', submittedFrom: 'here' });
  store.reserve(id, 'here', 1_000_000);
  if (ended) store.transition(id, 'running', 'completed', { exitCode: 0 });
  await print(id, text);
  return id;
}

async function print(id: string, text: Uint8Array | string): Promise<void> {
  const writer = outputs.writer(id);
  void writer.write('stdout', Buffer.from(text));
  await writer.close();
}

async function read(request: Record<string, unknown>): Promise<TaskOutput> {
  const answer = await readOutput(context(), request);
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

async function pages(id: string, limit: number): Promise<TaskOutput[]> {
  const all: TaskOutput[] = [];
  for (let offset = 0; ;) {
    const page = await read({ task_id: id, offset, limit });
    all.push(page);
    if (page.eof) return all;
    expect(page.next_offset).toBeGreaterThan(offset);
    offset = page.next_offset;
  }
}

const bytesOf = ({ data, encoding }: TaskOutput) => Buffer.from(data, encoding);

describe('pages', () => {
  const bits = fc.constantFrom('a', 'ä', '€', '😀', '\n').map((text) => Buffer.from(text));
  const junk = fc.constantFrom(0x80, 0xc3, 0xe2, 0xf0, 0xff, 0x41).map((byte) => Buffer.of(byte));
  const limits = fc.integer({ min: 1, max: 12 });

  it('put together are the output, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(bits, junk, junk), { maxLength: 30 }),
        limits,
        async (parts, limit) => {
          const whole = Buffer.concat(parts);
          const all = await pages(await task(whole), limit);
          expect(Buffer.concat(all.map(bytesOf))).toEqual(whole);
          for (const page of all) expect(page.total_bytes).toBe(whole.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of text never end inside a character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bits, { maxLength: 30 }), limits, async (parts, limit) => {
        for (const page of await pages(await task(Buffer.concat(parts)), limit)) {
          expect(page.encoding).toBe('utf8');
          expect(page.data).not.toContain('\uFFFD');
          expect(page.next_offset - page.offset).toBe(Buffer.byteLength(page.data));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('begin with the next character where they are asked for from within one', async () => {
    const id = await task('aä😀z');
    expect(await read({ task_id: id, offset: 2 })).toMatchObject({ offset: 3, data: '😀z', next_offset: 8 });
    expect(await read({ task_id: id, offset: 5 })).toMatchObject({ offset: 7, data: 'z', encoding: 'utf8' });
  });

  it('beyond the end are empty', async () => {
    const id = await task('abc');
    for (const offset of [3, 4, 1_000])
      expect(await read({ task_id: id, offset })).toMatchObject({ data: '', eof: true, total_bytes: 3 });
  });

  it('wait for the rest of a character that is being written', async () => {
    const id = await task(Buffer.of(0x61, 0xc3), false);
    expect(await read({ task_id: id })).toMatchObject({ data: 'a', next_offset: 1, eof: false });
    expect(await read({ task_id: id, offset: 1 })).toMatchObject({ data: '', next_offset: 1, eof: false });
    await print(id, Buffer.of(0xa4));
    expect(await read({ task_id: id, offset: 1 })).toMatchObject({ data: 'ä', next_offset: 3 });
  });
});

describe('grep', () => {
  it('gives matching lines after their offsets', async () => {
    const id = await task('one\ntwö two\nthree\n\ntwo');
    expect(await read({ task_id: id, grep: '^tw' })).toMatchObject({
      data: '4:twö two\n20:two\n',
      eof: true,
      next_offset: 23,
    });
    expect(await read({ task_id: id, grep: '^$' })).toMatchObject({ data: '19:\n' });
  });

  it('finds every line once, whatever the pages', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const id = await task(lines.join('\n'));
    for (const limit of [10, 17, 100]) {
      let found = '';
      for (let offset = 0, eof = false; !eof;) {
        const page = await read({ task_id: id, grep: 'line', offset, limit });
        ({ next_offset: offset, eof } = page);
        found += page.data;
      }
      expect(found.replaceAll(/^\d+:/gm, '')).toBe(`${lines.join('\n')}\n`);
    }
  });

  it('does not match half of a line that is being written', async () => {
    const id = await task('done\nhal', false);
    expect(await read({ task_id: id, grep: '.' })).toMatchObject({ data: '0:done\n', next_offset: 5 });
    expect(await read({ task_id: id, grep: '.', offset: 5 })).toMatchObject({ data: '', next_offset: 5 });
    await print(id, 'f\n');
    expect(await read({ task_id: id, grep: '.', offset: 5 })).toMatchObject({ data: '5:half\n' });
  });

  it('says what is no pattern, and stops one that never ends', async () => {
    const id = await task(`${'a'.repeat(40)}\n`);
    for (const grep of ['(', '(a+)+$(?<=b)'])
      expect(await readOutput(context(), { task_id: id, grep })).toMatchObject({
        error_code: 'invalid-arguments',
        error: expect.stringMatching(/^grep: /),
      });
  });
});

describe('waiting', () => {
  it('ends when there is more', async () => {
    const id = await task('', false);
    const waiting = read({ task_id: id, wait_seconds: 60 });
    await print(id, 'news');
    expect(await waiting).toMatchObject({ data: 'news', status: 'running' });
  });

  it('ends when the task does', async () => {
    const id = await task('old', false);
    const waiting = read({ task_id: id, offset: 3, wait_seconds: 60 });
    store.transition(id, 'running', 'failed', { exitCode: 3 });
    rings.forEach((listener) => listener());
    expect(await waiting).toMatchObject({ data: '', status: 'failed', return_code: 3, eof: true });
  });

  it('ends when the time is up, or nobody waits any more', async () => {
    const id = await task('', false);
    expect(await read({ task_id: id, wait_seconds: 0.05 })).toMatchObject({ data: '', eof: false });
    for (const when of ['before', 'after']) {
      const stop = new AbortController();
      if (when === 'before') stop.abort();
      const waiting = readOutput(context(), { task_id: id, wait_seconds: 600 }, stop.signal);
      stop.abort();
      expect(await waiting).toMatchObject({ data: '' });
    }
    expect(rings.size).toBe(0);
  });

  it('ends when the record is closed', async () => {
    const id = await task('', false);
    const other = await openTaskStore({ folder });
    const waiting = readOutput({ ...context(), store: other }, { task_id: id, wait_seconds: 600 });
    await new Promise((resolve) => setImmediate(resolve));
    other.close();
    await expect(waiting).rejects.toThrow(/database|closed|not open/i);
    expect(rings.size).toBe(0);
  });
});

it.each([
  [{ task_id: 't_none' }, 'unknown-task'],
  [{}, 'invalid-arguments'],
  [{ task_id: 't_none', stream: 'stdin' }, 'invalid-arguments'],
  [{ task_id: 't_none', offset: -1 }, 'invalid-arguments'],
  [{ task_id: 't_none', limit: 262_145 }, 'invalid-arguments'],
  [{ task_id: 't_none', unheard: 1 }, 'invalid-arguments'],
])('refuses %o: %s', async (request, code) => {
  expect(await readOutput(context(), request)).toMatchObject({ error_code: code, hint: expect.any(String) });
});
