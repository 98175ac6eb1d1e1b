import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOutputFolder } from './output-folder.js';

let state: string;
let folder: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'outputs-'));
  folder = join(state, 'outputs');
});
afterEach(() => rmSync(state, { recursive: true }));

it('keeps both streams apart, in order, for their user alone', async () => {
  const outputs = createOutputFolder(folder);
  const writer = outputs.writer('t_1');
  for (let line = 0; line < 1_000; line += 1) {
    void writer.write(line % 3 === 0 ? 'stderr' : 'stdout', Buffer.from(`${line}\n`));
  }
  expect(await writer.close()).toBeUndefined();
  const lines = Array.from({ length: 1_000 }, (_, line) => line);
  for (const [stream, own] of [
    ['stdout', lines.filter((line) => line % 3 !== 0)],
    ['stderr', lines.filter((line) => line % 3 === 0)],
  ] as const) {
    const { data, totalBytes } = await outputs.read('t_1', stream, 0, 100_000);
    expect(data.toString()).toBe(own.map((line) => `${line}\n`).join(''));
    expect(totalBytes).toBe(data.length);
    expect(statSync(join(folder, `t_1.${stream}`)).mode & 0o777).toBe(0o600);
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('keeps every byte of chunks of any size, also where a chunk is used again and its writer is not held back', async () => {
  const outputs = createOutputFolder(folder);
  const writer = outputs.writer('t_1');
  const sent = createHash('sha256');
  const chunk = Buffer.alloc(1024 * 1024);
  let total = 0;
  for (let count = 0; count < 200; count += 1) {
    const part = chunk.subarray(0, 1 + ((count * 7_919) % (count % 10 === 0 ? chunk.length : 5_000)));
    part.fill(count % 251);
    sent.update(part);
    total += part.length;
    const held = writer.write('stdout', part);
    if (count % 3 === 0) await held;
  }
  expect(await writer.close()).toBeUndefined();
  const { data, totalBytes } = await outputs.read('t_1', 'stdout', 0, total + 1);
  expect(totalBytes).toBe(total);
  expect(createHash('sha256').update(data).digest('hex')).toBe(sent.digest('hex'));
});

it('makes no file where nothing was printed, and reads nothing from it', async () => {
  const outputs = createOutputFolder(folder);
  expect(await outputs.writer('t_1').close()).toBeUndefined();
  expect(await outputs.read('t_1', 'stdout', 5, 10)).toEqual({ data: Buffer.alloc(0), totalBytes: 0 });
});

it('reads any part', async () => {
  const outputs = createOutputFolder(folder);
  const writer = outputs.writer('t_1');
  void writer.write('stdout', Buffer.from('0123456789'));
  await writer.close();
  const part = async (offset: number, limit: number) =>
    (await outputs.read('t_1', 'stdout', offset, limit)).data.toString();
  expect(await part(3, 4)).toBe('3456');
  expect(await part(8, 100)).toBe('89');
  expect(await part(10, 1)).toBe('');
  expect(await part(1_000, 1)).toBe('');
});

it('holds a command back that is faster than the disk, and only then', async () => {
  const writer = createOutputFolder(folder).writer('t_1');
  expect(writer.write('stdout', Buffer.alloc(1_000))).toBeUndefined();
  let held: Promise<void> | void = undefined;
  for (let count = 0; count < 10 && held === undefined; count += 1) {
    held = writer.write('stdout', Buffer.alloc(1024 * 1024));
  }
  expect(held).toBeInstanceOf(Promise);
  await held;
  expect(await writer.close()).toBeUndefined();
});

it('says at the end that it could not be kept, and disturbs nobody before', async () => {
  mkdirSync(folder);
  mkdirSync(join(folder, 't_1.stdout'));
  const writer = createOutputFolder(folder).writer('t_1');
  await writer.write('stdout', Buffer.alloc(10 * 1024 * 1024));
  void writer.write('stdout', Buffer.from('more'));
  void writer.write('stderr', Buffer.from('kept'));
  expect(await writer.close()).toMatchObject({ code: 'EISDIR' });
  expect(statSync(join(folder, 't_1.stderr')).size).toBe(4);
});

it('removes what is asked for, and nothing else', async () => {
  mkdirSync(folder);
  for (const name of ['t_1.stdout', 't_1.stderr', 't_2.stdout']) writeFileSync(join(folder, name), '');
  await createOutputFolder(folder).remove(['t_1', 't_none']);
  expect(readdirSync(folder)).toEqual(['t_2.stdout']);
});
