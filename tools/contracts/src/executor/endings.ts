import { expect, it } from 'vitest';
import type { Bench } from './bench.js';

/** How a command ends is told as it was. */
export function endings(bench: Bench): void {
  const { run } = bench;

  it.each([0, 1, 2, 42, 126, 127, 255])('tells exit code %i', async (code) => {
    expect((await run({ command: `exit ${code}` })).exit).toEqual({ kind: 'exited', code });
  });

  it('tells the signal that ended the shell', async () => {
    const told = { kind: 'signaled', signal: 'SIGTERM' };
    const toldByShell = { kind: 'exited', code: 143 };
    const { exit } = await run({ command: 'kill -TERM $$' });
    expect(exit).toEqual(bench.setup.wrapped === true ? toldByShell : told);
  });

  it('reports a syntax error of the shell as the shell does', async () => {
    const ran = await run({ command: 'if true' });
    expect(ran.exit).toEqual({ kind: 'exited', code: 2 });
    expect(ran.stderr).toMatch(/syntax error|unexpected/i);
  });

  it('runs in the folder that is named, and in the home without one', async () => {
    const { folder } = bench.setup;
    expect((await run({ command: 'pwd -P', cwd: folder })).stdout.trim()).toBe(folder);
    const home = (await run({ command: 'cd && pwd -P' })).stdout;
    expect((await run({ command: 'pwd -P' })).stdout).toBe(home);
    expect((await run({ command: 'pwd -P', cwd: '~' })).stdout).toBe(home);
  });

  it('refuses a folder that is not there, and runs nothing', async () => {
    const { folder } = bench.setup;
    const refused = run({ command: `touch ${folder}/ran`, cwd: `${folder}/no such folder` });
    await expect(refused).rejects.toMatchObject({ code: 'no-such-folder' });
    expect((await run({ command: 'ls -A', cwd: folder })).stdout).not.toContain('ran');
  });

  it('tells what the node is', async () => {
    expect(await bench.setup.executor.facts()).toMatchObject({
      os: expect.stringMatching(/^(linux|macos)$/),
      arch: expect.stringMatching(/^(x86_64|arm64)$/),
      cores: expect.any(Number),
      home: expect.stringMatching(/^\//),
    });
  });
}
