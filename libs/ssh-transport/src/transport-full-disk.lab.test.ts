import { readFile, writeFile } from 'node:fs/promises';
import type { Lab } from '@cluster-execution/lab';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TransportOptions } from './options.js';
import { collect } from './testing/collect.js';
import { setUpLabs, targetOf } from './testing/labs.js';

/** The node's disk is a real one (tmpfs, seen by the node alone) of 256 kB. Only root can mount one. */
describe.skipIf(process.getuid?.() !== 0)('a node whose disk is full', () => {
  const { here, start, open: openTo } = setUpLabs('full-disk');
  let lab: Lab;

  beforeEach(async () => {
    lab = await start({ engine: 'sshd', diskBytes: 262_144 });
  });

  function open(over: Partial<TransportOptions> = {}) {
    const transport = openTo(lab, over);
    const target = targetOf(lab);
    const run = (command: string, stdin?: Buffer) =>
      collect(transport, target, { command, ...(stdin === undefined ? {} : { stdin }) });
    return { transport, target, run };
  }

  const success = { kind: 'exited', code: 0 };
  const fill = 'head -c 1000000 /dev/zero >filler';

  it('says so by the commands that want to write; the others run as ever', async () => {
    const { run } = open();
    const full = await run(fill);
    expect(full).toMatchObject({
      exit: { kind: 'exited', code: 1 },
      stderr: expect.stringMatching(/space/i),
    });
    expect(await run('cat', Buffer.from('no disk is needed'))).toEqual({
      exit: success,
      stdout: 'no disk is needed',
      stderr: '',
    });
    expect((await run('rm filler && echo again >file && cat file')).stdout).toBe('again\n');
  });

  it('gives its user’s environment all the same, and is left without half a file', async () => {
    await open().run(`echo 'export MINE="$(printf %0100000d 7)"' >.profile; ${fill}`);
    const { run } = open({ environment: 'user' });
    const length = 'echo ${#MINE}';
    expect(await run(length)).toEqual({ exit: success, stdout: '100000\n', stderr: '' });
    expect((await run('find .cache -type f')).stdout).not.toMatch(/\S/);
    await run('rm filler');
    const later = open({ environment: 'user' });
    expect((await later.run(length)).stdout).toBe('100000\n');
    expect((await later.run('find .cache -type f')).stdout).toBe('.cache/cluster-execution/environment\n');
  });

  it('keeps the environment that it has', async () => {
    await open().run(`echo 'export MINE=kept' >.profile`);
    const show = 'echo $MINE';
    expect((await open({ environment: 'user' }).run(show)).stdout).toBe('kept\n');
    const before = (await open().run('cat .cache/cluster-execution/environment')).stdout;
    await open().run(fill);
    expect((await open({ environment: 'user' }).run(show)).stdout).toBe('kept\n');
    expect((await open().run('cat .cache/cluster-execution/environment')).stdout).toBe(before);
  });

  it.each([false, true])(
    'takes no upload and keeps the file that was to be replaced (resume: %s)',
    async (resume) => {
      const { transport, target, run } = open();
      const from = here('big');
      await writeFile(from, Buffer.alloc(1_000_000, 'x'));
      await run('echo precious >file');
      await expect(transport.upload(target, { from, to: 'file', resume })).rejects.toMatchObject({
        name: 'TransportError',
        code: expect.stringMatching(/./),
        message: expect.stringContaining('file'),
        hint: expect.any(String),
      });
      expect((await run('cat file; ls -A | grep -v part')).stdout).toBe('precious\nfile\n');
      if (!resume) expect((await run('ls -A')).stdout).toBe('file\n');
    },
  );

  it('still gives its files', async () => {
    const { transport, target, run } = open();
    await run(`echo precious >file; ${fill}`);
    await transport.download(target, { from: 'file', to: here('copy') });
    expect(await readFile(here('copy'), 'utf8')).toBe('precious\n');
  });
});
