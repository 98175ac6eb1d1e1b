import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../testing/labs.js';
import type { DownloadRequest } from './request.js';
import { codeOf, expectSame, make, mib, setUpTransfers } from './testing/transfers.js';

const { here, there, start, open, lab, node, upload, download } = setUpTransfers();
const moves = { upload, download };

describe('a connection that is cut', () => {
  /** Cuts the connection once `bytes` have arrived. */
  const cutAt = (limit: number) => {
    let cut: Promise<void> | undefined;
    return ({ bytes }: { bytes: number }) => {
      if (bytes >= limit) cut ??= node().dropConnections();
    };
  };
  const parts = async (where: string) => (await readdir(where)).filter((name) => name.endsWith('.part'));

  it('leaves nothing of an upload, and what was there', async () => {
    await make(here('file'), 32 * mib);
    await writeFile(there('file'), 'old');
    const cut = upload({ from: here('file'), to: 'file', onProgress: cutAt(4 * mib) });
    await expect(cut).rejects.toMatchObject({
      code: 'transfer-interrupted',
      hint: expect.stringContaining('resume'),
    });
    expect(await readFile(there('file'), 'utf8')).toBe('old');
    expect(await parts(node().home)).toEqual([]);
  });

  it('is noticed at once by what waits for something here', async () => {
    await writeFile(there('file'), randomBytes(8 * mib));
    const source = new Readable({ read: () => undefined });
    source.push(randomBytes(mib));
    const sink = new Writable({ highWaterMark: 1, write: () => undefined });
    const moves = [upload({ from: source, to: 'sent' }), download({ from: 'file', to: sink })].map(codeOf);
    const sizes = async () =>
      (await Promise.all((await parts(node().home)).map((name) => stat(there(name))))).map(
        ({ size }) => size,
      );
    await expect
      .poll(sizes, { timeout: 20_000 })
      .toEqual([expect.toSatisfy((size: number) => size > mib / 2)]);
    await expect.poll(() => sink.writableLength).toBeGreaterThan(0);
    await node().dropConnections();
    expect(await Promise.all(moves)).toEqual(['transfer-interrupted', 'transfer-interrupted']);
    expect([source.destroyed, sink.destroyed]).toEqual([true, true]);
    expect(await parts(node().home)).toEqual([]);
  });

  it('leaves nothing of a download', async () => {
    await writeFile(there('file'), randomBytes(32 * mib));
    const cut = download({ from: 'file', to: here('file'), onProgress: cutAt(4 * mib) });
    expect(await codeOf(cut)).toBe('transfer-interrupted');
    expect(await readdir(here())).toEqual([]);
  });

  it.each(['upload', 'download'] as const)(
    'does not make an %s begin again that is to be resumed',
    async (way) => {
      const content = randomBytes(32 * mib);
      const [source, target] =
        way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
      await writeFile(source, content);
      const move = (onProgress: (progress: { bytes: number }) => void) =>
        moves[way]({ from: source, to: target, resume: true, onProgress });
      let done = 0;
      for (const limit of [8 * mib, 20 * mib]) {
        const cut = cutAt(limit);
        const attempt = move((progress) => {
          done = progress.bytes;
          cut(progress);
        });
        expect(await codeOf(attempt)).toBe('transfer-interrupted');
        expect(await parts(way === 'upload' ? node().home : here())).toHaveLength(1);
      }
      let first = 0;
      const last = await move(({ bytes }) => (first ||= bytes));
      expect(last.resumedBytes).toBeGreaterThanOrEqual(done);
      expect(last).toMatchObject({ bytes: content.length, resumedBytes: first });
      await expectSame(target, content);
      expect(await parts(way === 'upload' ? node().home : here())).toEqual([]);
    },
  );

  it.each(['upload', 'download'] as const)(
    'makes an %s begin again where anything is not as it was',
    async (way) => {
      const [source, target] =
        way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
      const place = way === 'upload' ? node().home : here();
      const request = { from: source, to: target, resume: true };
      await writeFile(source, randomBytes(32 * mib));
      expect(await codeOf(moves[way]({ ...request, onProgress: cutAt(4 * mib) }))).toBe(
        'transfer-interrupted',
      );
      // The source is another one, of the same size.
      const content = randomBytes(32 * mib);
      await writeFile(source, content);
      await utimes(source, 1, 1);
      expect(await codeOf(moves[way]({ ...request, onProgress: cutAt(4 * mib) }))).toBe(
        'transfer-interrupted',
      );
      const [one = '', other = ''] = await parts(place);
      // Both parts are damaged.
      for (const name of [one, other]) {
        const part = await readFile(join(place, name));
        part.writeUInt8(part.readUInt8(5) ^ 1, 5);
        await writeFile(join(place, name), part);
      }
      expect(await moves[way](request)).toMatchObject({ bytes: content.length, resumedBytes: 0 });
      await expectSame(target, content);
      expect(await parts(place)).toHaveLength(1);
    },
  );

  it.each([
    ['upload', 'a link'],
    ['download', 'a link'],
    ['upload', 'a pipe'],
    ['download', 'a pipe'],
  ] as const)('does not let an %s go on through %s in the place of its part', async (way, what) => {
    const [source, target] = way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
    const place = way === 'upload' ? node().home : here();
    const request = { from: source, to: target, resume: true };
    await writeFile(source, randomBytes(32 * mib));
    expect(await codeOf(moves[way]({ ...request, onProgress: cutAt(4 * mib) }))).toBe('transfer-interrupted');
    const [part = ''] = await parts(place);
    await rm(join(place, part));
    await writeFile(join(place, 'precious'), 'precious');
    if (what === 'a link') await symlink('precious', join(place, part));
    else execFileSync('mkfifo', [join(place, part)]);
    await expect(moves[way](request)).rejects.toMatchObject({
      code: 'not-a-file',
      message: expect.stringContaining(join(place, part)),
      hint: expect.stringContaining('without resume'),
    });
    expect(await readFile(join(place, 'precious'), 'utf8')).toBe('precious');
    await moves[way]({ ...request, resume: false });
    await expectSame(target, await readFile(source));
  });

  it('makes a transfer begin again on a node without a shell', async () => {
    const bare = await start({ sshdExtra: () => ['ForceCommand internal-sftp'] });
    const content = await make(here('file'), 16 * mib);
    let cut: Promise<void> | undefined;
    const request = { from: here('file'), to: here('copy'), resume: true };
    const first = open(bare).upload(targetOf(bare), {
      ...request,
      onProgress: ({ bytes }) => {
        if (bytes > 4 * mib) cut ??= bare.node('n1').dropConnections();
      },
    });
    expect(await codeOf(first)).toBe('transfer-interrupted');
    expect(await open(bare).upload(targetOf(bare), request)).toMatchObject({ resumedBytes: 0 });
    await expectSame(here('copy'), content);
  });
});

describe('cancelling', () => {
  const cancelled = { code: 'cancelled', cause: { message: 'enough' } };
  /** Aborts once `bytes` have arrived. */
  function abortAt(limit: number) {
    const controller = new AbortController();
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes >= limit) controller.abort(new Error('enough'));
    };
    return { signal: controller.signal, onProgress };
  }

  it('ends a transfer and leaves nothing', async () => {
    await make(here('file'), 32 * mib);
    await writeFile(there('large'), randomBytes(32 * mib));
    const requests = [
      { from: here('file'), to: 'file' },
      { from: Readable.from([randomBytes(8 * mib)]), to: 'file' },
    ];
    for (const request of requests)
      await expect(upload({ ...request, ...abortAt(2 * mib) })).rejects.toMatchObject(cancelled);
    for (const to of [here('back'), new Writable({ write: (_chunk, _encoding, done) => done() })]) {
      const request = { from: 'large', to, ...abortAt(2 * mib) } as DownloadRequest;
      await expect(download(request)).rejects.toMatchObject(cancelled);
    }
    expect(await readdir(node().home)).toEqual(['large']);
    expect(await readdir(here())).toEqual(['file']);
  });

  it('ends one that waits for its source, or for its turn', async () => {
    const silent = new Readable({ read: () => undefined });
    const controller = new AbortController();
    const work = upload({ from: silent, to: 'file', signal: controller.signal });
    await expect.poll(() => readdir(node().home), { timeout: 20_000 }).toHaveLength(1);
    controller.abort();
    expect(await codeOf(work)).toBe('cancelled');
    expect(silent.destroyed).toBe(true);
    expect(await readdir(node().home)).toEqual([]);
    const early = upload({ from: here('none'), to: 'file', signal: AbortSignal.abort() });
    expect(await codeOf(early)).toBe('cancelled');
  });

  it('leaves what has come where it is to be resumed', async () => {
    const content = await make(here('file'), 32 * mib);
    const request = { from: here('file'), to: 'file', resume: true };
    expect(await codeOf(upload({ ...request, ...abortAt(8 * mib) }))).toBe('cancelled');
    const again = await upload(request);
    expect(again.resumedBytes).toBeGreaterThanOrEqual(8 * mib);
    await expectSame(there('file'), content);
    expect(await readdir(node().home)).toEqual([basename('file')]);
  });

  it('does not wait for a node that is frozen', async () => {
    await make(here('file'), 32 * mib);
    const controller = new AbortController();
    let frozen: Promise<void> | undefined;
    const patient = open(lab(), { keepaliveMs: 60_000 }); // else that would notice first
    const work = patient.upload(targetOf(lab()), {
      from: here('file'),
      to: 'file',
      signal: controller.signal,
      onProgress: () => {
        frozen ??= node()
          .freeze()
          .then(() => controller.abort());
      },
    });
    try {
      await expect(work).rejects.toMatchObject({
        code: 'cancelled',
        message: expect.stringContaining('left behind'),
      });
      const early = new AbortController();
      setTimeout(() => early.abort(), 100);
      const never = patient.download(targetOf(lab()), { from: 'x', to: here('x'), signal: early.signal });
      expect(await codeOf(never)).toBe('cancelled');
    } finally {
      await node().thaw();
    }
  });
});
