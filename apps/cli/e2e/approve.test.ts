import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { main, makePlace, taskOf, type Place } from './session.js';

const git = promisify(execFile);

/** A repository whose `origin` is a folder beside it: forcing a push to it is asked about and does no harm. */
async function waiting(place: Place, ...submitted: [string, ...string[]]) {
  const run = (...args: string[]) => git('git', args, { cwd: place.project, env: place.env });
  await mkdir(join(place.folder, 'origin'));
  await git('git', ['init', '-q', '--bare'], { cwd: join(place.folder, 'origin'), env: place.env });
  await run('init', '-q');
  await run('remote', 'add', 'origin', join(place.folder, 'origin'));
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];
  await run(...author, 'commit', '-q', '--allow-empty', '-m', 'first');
  const { code, stderr } = await place.cli(['submit', '--no-auto-route', ...submitted]);
  expect({ code, stderr }).toEqual({ code: 126, stderr: expect.stringContaining('needs_approval') });
  return taskOf(stderr.split('\n', 1)[0] ?? '');
}

const pushed = (place: Place) =>
  readFile(join(place.folder, 'origin/refs/heads/topic')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

const push = 'git push --force origin HEAD:topic';

/** At a pseudo-terminal of its own, with somebody who types. */
function approveAtTerminal(place: Place, task: string, typed: string) {
  const command = `${process.execPath} ${main} approve ${task}`;
  return place.cli(['-qec', command, '/dev/null'], { program: ['script'], input: typed });
}

describe('approve', () => {
  it('without a terminal: 126, and it still waits', async () => {
    await using place = await makePlace();
    const task = await waiting(place, push);
    expect(
      await place.cli(['-w', process.execPath, main, 'approve', task], { program: ['setsid'] }),
    ).toMatchObject({ code: 126, stderr: expect.stringContaining('terminal') });
    expect(await pushed(place)).toBe(false);
  });

  it('at a terminal: no leaves it waiting, yes runs it there, once', async () => {
    await using place = await makePlace();
    const task = await waiting(place, push);
    const no = await approveAtTerminal(place, task, 'n\n');
    expect(no).toMatchObject({ code: 126, stdout: expect.stringContaining('git push --force') });
    expect(await pushed(place)).toBe(false);

    const yes = await approveAtTerminal(place, task, 'y\n');
    expect(yes).toMatchObject({ code: 0, stdout: expect.stringContaining('completed') });
    expect(await pushed(place)).toBe(true);

    await rm(join(place.folder, 'origin/refs/heads/topic'));
    expect(await approveAtTerminal(place, task, 'y\n')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('does not wait'),
    });
    expect(await pushed(place)).toBe(false);
  });

  it('a script, which is shown, runs with the arguments that it was submitted with', async () => {
    await using place = await makePlace();
    await writeFile(join(place.project, 'push.sh'), 'git push --force "$1" "$2"\n');
    const task = await waiting(place, '--script', 'push.sh', '--', 'origin', 'HEAD:topic');
    expect(await approveAtTerminal(place, task, 'y\n')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\.\/push\.sh origin HEAD:topic\s+git push --force "\$1"/),
    });
    expect(await pushed(place)).toBe(true);
  });
});
