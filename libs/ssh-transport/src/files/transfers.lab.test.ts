import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { codeOf, expectSame, make, mib, setUpTransfers } from './testing/transfers.js';

const { here, there, node, upload, download } = setUpTransfers();
const moves = { upload, download };
const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

describe('a file', () => {
  it.each([0, 1, 32_768, 261_120, 261_121, 1_000_003])('of %d bytes goes and comes back', async (bytes) => {
    const content = await make(here('file'), bytes);
    expect(await upload({ from: here('file'), to: 'file' })).toMatchObject({
      bytes,
      resumedBytes: 0,
    });
    await expectSame(there('file'), content);
    expect(await download({ from: 'file', to: here('back') })).toMatchObject({ bytes });
    await expectSame(here('back'), content);
    expect(await readdir(node().home)).toEqual(['file']);
  });

  it('of 48 MiB does, and tells how far it is', async () => {
    const content = await make(here('file'), 48 * mib + 7);
    for (const [from, to, move] of [
      [here('file'), 'file', 'upload'],
      ['file', here('back'), 'download'],
    ] as const) {
      const seen: number[] = [];
      await moves[move]({
        from,
        to,
        onProgress: ({ bytes, totalBytes }) => {
          expect(totalBytes).toBe(content.length);
          seen.push(bytes);
        },
      });
      expect(seen.length).toBeGreaterThan(100);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(content.length);
    }
    await expectSame(there('file'), content);
    await expectSame(here('back'), content);
  });

  it.each([
    'with space',
    `it's "quoted" $HOME \`id\` & (more); *?`,
    '-rf',
    '.hidden',
    'two\nlines',
    'ünïcödé 日本語 🙂',
    '\\back\\slash',
    'n'.repeat(255),
    '日'.repeat(85),
    '~',
  ])('may be called %j', async (name) => {
    const content = await make(here('file'), 5_000);
    for (const resume of [true, false]) await upload({ from: here('file'), to: `./${name}`, resume });
    expect(await readdir(node().home)).toEqual([name]);
    await download({ from: there(name), to: here(name) });
    await expectSame(here(name), content);
  });

  it('is found below the user’s home and by its whole path', async () => {
    await mkdir(there('below'));
    const content = await make(here('file'), 10);
    for (const to of ['~/below/a', 'below/b', there('below/c')]) await upload({ from: here('file'), to });
    expect((await readdir(there('below'))).toSorted()).toEqual(['a', 'b', 'c']);
    await download({ from: '~/below/a', to: here('back') });
    await expectSame(here('back'), content);
  });

  it('of /proc, which says that it has no bytes, comes whole', async () => {
    await download({ from: '/proc/cpuinfo', to: here('cpuinfo') });
    expect(await readFile(here('cpuinfo'), 'utf8')).toMatch(/processor/);
  });
});

describe('permissions', () => {
  it('are the source’s, less what the receiving side masks', async () => {
    for (const mode of [0o600, 0o444, 0o755, 0o640]) {
      await make(here('file'), 10, mode);
      await upload({ from: here('file'), to: `up-${mode}` });
      await download({ from: `up-${mode}`, to: here(`down-${mode}`) });
      expect(await modeOf(there(`up-${mode}`))).toBe(mode & ~0o022);
      expect(await modeOf(here(`down-${mode}`))).toBe(mode & ~0o022);
    }
  });

  it('are those of what is replaced, or those asked for', async () => {
    await make(here('file'), 10, 0o644);
    await writeFile(there('secret'), 'old', { mode: 0o600 });
    await upload({ from: here('file'), to: 'secret' });
    expect(await modeOf(there('secret'))).toBe(0o600);
    await upload({ from: here('file'), to: 'secret', mode: 0o4775 });
    expect(await modeOf(there('secret'))).toBe(0o4775);
    await upload({ from: Readable.from(['x']), to: 'stream' });
    expect(await modeOf(there('stream'))).toBe(0o644);
  });

  it('let nobody read what nobody is to read while it comes', async () => {
    let meanwhile: number | undefined;
    await upload({
      from: Readable.from([randomBytes(mib)]),
      to: 'secret',
      mode: 0o400,
      onProgress: () => {
        const [part = ''] = execFileSync('ls', ['-A', node().home], { encoding: 'utf8' }).trim().split('\n');
        meanwhile = Number.parseInt(execFileSync('stat', ['-c', '%a', there(part)], { encoding: 'utf8' }), 8);
      },
    });
    expect(meanwhile).toBe(0o600);
    expect(await modeOf(there('secret'))).toBe(0o400);
  });
});

describe('streams', () => {
  it('are sent, whatever the size of their pieces', async () => {
    const content = randomBytes(3 * mib + 11);
    const pieces = function* () {
      for (let from = 0, size = 1; from < content.length; from += size, size = (size * 7 + 3) % 100_003)
        yield content.subarray(from, from + size);
    };
    for (const source of [Readable.from(pieces()), Readable.from([content])]) {
      const sent = await upload({ from: source, to: 'file' });
      expect(sent).toMatchObject({ bytes: content.length, resumedBytes: 0 });
      await expectSame(there('file'), content);
    }
    await upload({ from: Readable.from(['text ', 'ä']), to: 'file' });
    expect(await readFile(there('file'), 'utf8')).toBe('text ä');
  });

  it('are filled no faster than they are read', async () => {
    const content = randomBytes(24 * mib);
    await writeFile(there('file'), content);
    const chunks: Buffer[] = [];
    let sent = 0;
    let ahead = 0;
    let read = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        ahead = Math.max(ahead, sent - read);
        read += chunk.length;
        setImmediate(done);
      },
    });
    await download({ from: 'file', to: slow, onProgress: ({ bytes }) => (sent = bytes) });
    expect(slow.writableFinished).toBe(true);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(ahead).toBeLessThan(mib);
  });

  it('that break leave nothing in place', async () => {
    await writeFile(there('file'), 'old');
    const broken = new Readable({
      read() {
        this.push(randomBytes(mib));
        this.destroy(new Error('the source is gone'));
      },
    });
    const sent = upload({ from: broken, to: 'file' });
    await expect(sent).rejects.toMatchObject({
      code: 'transfer-failed',
      message: expect.stringContaining('the source is gone'),
    });
    expect(await readdir(node().home)).toEqual(['file']);
    expect(await readFile(there('file'), 'utf8')).toBe('old');
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full up')) });
    await expect(download({ from: 'file', to: full })).rejects.toMatchObject({
      code: 'transfer-failed',
      message: expect.stringContaining('full up'),
    });
  });

  it('are destroyed where nothing comes of it', async () => {
    const [source, sink] = [Readable.from(['x']), new Writable()];
    expect(await codeOf(upload({ from: source, to: 'no/such' }))).toBe('no-such-folder');
    expect(await codeOf(download({ from: 'no/such', to: sink }))).toBe('no-such-file');
    expect([source.destroyed, sink.destroyed]).toEqual([true, true]);
  });
});

it('does not mind what the login shell prints first', async () => {
  await writeFile(there('.bashrc'), 'echo welcome; printf "no newline"; echo warning >&2\n');
  await make(here('file'), 300_000);
  expect(await upload({ from: here('file'), to: 'file' })).toMatchObject({ bytes: 300_000 });
});
