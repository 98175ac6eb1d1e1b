import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { findSftpServer } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../testing/labs.js';
import { codeOf, expectSame, make, mib, setUpTransfers } from './testing/transfers.js';

const { here, there, start, open, node, upload, download } = setUpTransfers();

describe('what lies at the target', () => {
  it('is there until the new file is whole', async () => {
    await writeFile(there('file'), 'old');
    const source = new Readable({ read: () => undefined });
    source.push(randomBytes(mib));
    let meanwhile = '';
    const sent = upload({
      from: source,
      to: 'file',
      onProgress: () => {
        meanwhile = execFileSync('cat', [there('file')], { encoding: 'utf8' });
      },
    });
    await expect.poll(() => readdir(node().home), { timeout: 20_000 }).toHaveLength(2);
    source.push(randomBytes(mib));
    source.push(null);
    await sent;
    expect(meanwhile).toBe('old');
    expect((await stat(there('file'))).size).toBe(2 * mib);
    expect(await readdir(node().home)).toEqual(['file']);
  });

  it('stays a link where it is one', async () => {
    await mkdir(there('real'));
    await symlink('real/file', there('link'));
    const content = await make(here('file'), 100);
    await upload({ from: here('file'), to: 'link' });
    await upload({ from: here('file'), to: 'link' });
    await expectSame(there('real/file'), content);
    await writeFile(here('back'), 'old');
    await symlink('back', here('link'));
    await download({ from: 'link', to: here('link') });
    await expectSame(here('back'), content);
    expect((await readdir(here())).toSorted()).toEqual(['back', 'file', 'link']);
  });

  it('is no folder and nothing else that is no file', async () => {
    await make(here('file'), 100);
    await mkdir(there('folder'));
    await mkdir(here('folder'));
    execFileSync('mkfifo', [there('pipe')]);
    for (const to of ['folder', 'folder/', 'new/', '.', '~', 'pipe', '/dev/null'])
      expect(await codeOf(upload({ from: here('file'), to }))).toBe('not-a-file');
    for (const from of ['folder', 'pipe', '/dev/zero'])
      expect(await codeOf(download({ from, to: here('back') }))).toBe('not-a-file');
    expect(await codeOf(download({ from: '/etc/passwd', to: here() }))).toBe('not-a-file');
    expect(await codeOf(upload({ from: here('folder'), to: 'x' }))).toBe('not-a-file');
    expect((await readdir(node().home)).toSorted()).toEqual(['folder', 'pipe']);
  });

  it('may be written to by two at once: one of the two is there at the end, whole', async () => {
    const contents = [await make(here('a'), 8 * mib), await make(here('b'), 8 * mib)];
    for (const resume of [false, true]) {
      const all = ['a', 'b', 'a', 'b'].map((name) => upload({ from: here(name), to: 'file', resume }));
      await Promise.all(all);
      const found = await readFile(there('file'));
      expect(contents.some((content) => content.equals(found))).toBe(true);
      expect(await readdir(node().home)).toEqual(['file']);
    }
    await upload({ from: here('a'), to: 'file' });
    await Promise.all([1, 2, 3].map(() => download({ from: 'file', to: here('back'), resume: true })));
    expect(contents[0]?.equals(await readFile(here('back')))).toBe(true);
    expect((await readdir(here())).toSorted()).toEqual(['a', 'b', 'back']);
  });
});

describe('what cannot be', () => {
  it('is told with the file and what to do', async () => {
    await make(here('file'), 100);
    await expect(upload({ from: here('none'), to: 'x' })).rejects.toMatchObject({
      code: 'no-such-file',
      message: expect.stringContaining(`"${here('none')}" here`),
    });
    await expect(upload({ from: here('file'), to: 'no/x' })).rejects.toMatchObject({
      code: 'no-such-folder',
      message: expect.stringContaining('"no" on the node 127.0.0.1'),
      hint: expect.stringContaining('mkdir'),
    });
    await expect(download({ from: 'none', to: here('x') })).rejects.toMatchObject({
      code: 'no-such-file',
      message: expect.stringContaining('"none" on the node'),
    });
    expect(await codeOf(download({ from: '/etc/passwd', to: here('no/x') }))).toBe('no-such-folder');
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  it('tells a disk that is full', async () => {
    const script = [
      '#!/bin/sh',
      `mount -t tmpfs -o size=1m none ${there('small')} && exec ${await findSftpServer()}`,
    ].join('\n');
    await mkdir(there('small'));
    await writeFile(here('serve'), script, { mode: 0o755 });
    const small = await start({
      sshdExtra: () => [`ForceCommand exec unshare --mount --propagation private ${here('serve')}`],
    });
    await make(here('file'), 4 * mib);
    for (const resume of [false, true]) {
      const full = open(small).upload(targetOf(small), {
        from: here('file'),
        to: there('small/file'),
        resume,
      });
      await expect(full).rejects.toMatchObject({ code: 'disk-full', hint: expect.stringContaining('df') });
    }
  });

  it('tells what another user may not touch', async () => {
    const other = await start({ user: { shell: 'sh' } });
    const { home } = other.node('n1');
    const theirs = open(other);
    await make(here('file'), 100);
    const whole = { from: here('file'), to: '/etc/cluster-execution-test' };
    await expect(theirs.upload(targetOf(other), whole)).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('"/etc/cluster-execution-test" on the node'),
    });
    await writeFile(join(home, 'secret'), 'x', { mode: 0o600 });
    const secret = theirs.download(targetOf(other), { from: 'secret', to: here('x') });
    expect(await codeOf(secret)).toBe('permission-denied');
    expect(await theirs.upload(targetOf(other), { from: here('file'), to: 'mine' })).toMatchObject({
      bytes: 100,
    });
  });
});
