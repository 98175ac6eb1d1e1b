import { createHash, randomBytes } from 'node:crypto';
import { readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, main, makePlace, until, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
  place = await makePlace(inventory(lab, {}, (id) => ({ maxTasks: 8, aliases: [`${id}-too`] })));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

const onNode = (command: string, ...more: string[]) =>
  place.cli(['submit', command, '--node', 'n1', ...more]);
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('submit hands streams on', () => {
  it('each to its own, as they come', async () => {
    const running = place.start([
      'submit',
      'echo out; echo err >&2; cat >/dev/null; sleep 300',
      '--node',
      'n1',
    ]);
    await until(() => running.stdout() === 'out\n' && running.stderr() === 'err\n');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, stdout: 'out\n' });
  });

  it.each([[['--node', 'n1']], [['--no-auto-route']]])(
    'a megabyte, byte for byte, both ways: %s',
    async (where) => {
      const sent = randomBytes(1_048_576);
      await writeFile(join(place.folder, 'random'), sent);
      const read = await place.cli(['submit', `cat ${join(place.folder, 'random')}; sleep 0`, ...where]);
      expect({ code: read.code, sha: sha(read.bytes) }).toEqual({ code: 0, sha: sha(sent) });
      const back = await place.cli(['submit', 'cat; sleep 0', ...where], { input: sent });
      expect({ code: back.code, sha: sha(back.bytes) }).toEqual({ code: 0, sha: sha(sent) });
    },
  );

  it('no standard input is an end of file', async () => {
    expect(await onNode('cat; echo ended')).toMatchObject({ code: 0, stdout: 'ended\n' });
  });

  it('a reader that goes away ends it', async () => {
    const script = '"$0" "$1" submit "yes" --node n1 | head -n 1';
    const { code, stdout, stderr } = await place.cli([], {
      program: ['sh', '-c', script, process.execPath, main],
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'y\n',
      stderr: expect.not.stringContaining('EPIPE'),
    });
    await until(
      () => lab.node('n1').processes(),
      (pids) => pids.length === 0,
    );
  });
});

/** Those of this place alone: the local node's temporary folder is ours. */
const scripts = async () =>
  (await readdir(join(place.folder, 'tmp'))).filter((name) => name.startsWith('cluster-script'));

describe('submit prepares', () => {
  it('--env hands a variable on by its name; its value is nowhere in sight', async () => {
    const running = place.start(['submit', 'echo "$SECRET"; sleep 300', '--node', 'n1', '--env', 'SECRET'], {
      env: { SECRET: 'sesame-4711' },
    });
    await until(() => running.stdout() === 'sesame-4711\n');
    const { stdout: processes } = await place.cli(['-eo', 'args'], { program: ['ps'] });
    expect(processes).toContain('--env SECRET');
    expect(processes).not.toContain('sesame-4711');
    running.child.kill('SIGINT');
    const { stderr } = await running.ended;
    const id = /· ([\w-]{8,})\s*\n/.exec(stderr)?.[1] ?? '';
    const { code, stdout } = await place.cli(['status', id]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'cancelled',
      command: expect.stringContaining('$SECRET'),
    });
    expect(stdout).not.toContain('sesame-4711');
  });

  it.each([
    ['job.sh', 'echo "shell $1"\nexit 6\n', 'shell \n', 6],
    ['job.pl', '#!/usr/bin/env perl\nprint "perl ", 6 * 7, "\\n";\nexit 5;\n', 'perl 42\n', 5],
    ['job', '#!/bin/sh\necho "hash bang"\n', 'hash bang\n', 0],
  ])('--script %s runs the file on the node, and takes it away after', async (name, text, stdout, code) => {
    const file = join(place.project, name);
    await writeFile(file, text);
    const before = await scripts();
    for (const where of [['--node', 'n1'], ['--no-auto-route']]) {
      expect(await place.cli(['submit', '--script', file, ...where])).toMatchObject({ code, stdout });
    }
    expect(await scripts()).toEqual(before);
  });

  it('--node takes an alias, and starts in the home of its user', async () => {
    const home = await realpath(lab.node('n2').home);
    expect(await place.cli(['submit', 'pwd', '--node', 'n2-too'])).toMatchObject({
      code: 0,
      stdout: `${home}\n`,
      stderr: expect.stringContaining('on n2'),
    });
  });

  it('--cwd is where it runs; else the folder of the caller', async () => {
    expect(await onNode('pwd', '--cwd', place.folder)).toMatchObject({ stdout: `${place.folder}\n` });
    expect(await place.cli(['submit', 'pwd'])).toMatchObject({ stdout: `${place.project}\n` });
    expect(await onNode('pwd', '--cwd', join(place.folder, 'none'))).toMatchObject({
      code: 125,
      stdout: '',
      stderr: expect.stringContaining('[no-such-folder]'),
    });
  });

  it('a heavy command leaves this machine; with --no-auto-route it stays', async () => {
    const heavy = 'make -f /dev/null all >/dev/null 2>&1; echo "node $CLUSTERLAB_NODE"';
    expect((await place.cli(['submit', heavy])).stdout).toMatch(/^node n[12]\n$/);
    expect(await place.cli(['submit', heavy, '--no-auto-route'])).toMatchObject({
      stdout: 'node \n',
      stderr: expect.stringContaining('on here'),
    });
  });

  it('--priority and --timeout 0 are taken', async () => {
    const outcome = await place.json(['submit', 'echo hi', '--priority', '1', '--timeout', '0']);
    expect(outcome).toMatchObject({ status: 'completed' });
  });
});
