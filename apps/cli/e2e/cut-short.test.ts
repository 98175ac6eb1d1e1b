import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, main, makePlace, until, type Json, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
  place = await makePlace(inventory(lab));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

/** A line of a shell in which `router` is ours. */
const shell = (line: string) =>
  place.cli(['-c', `router() { "${process.execPath}" "${main}" "$@"; }; ${line}`], { program: ['bash'] });
const newest = async (): Promise<Json | undefined> => {
  const { stdout } = await place.cli(['tasks', '--json', '--limit', '1']);
  return JSON.parse(stdout.split('\n')[0] ?? '') as Json;
};

describe('a reader that goes away', () => {
  it.each(['yes', 'echo a; echo b; sleep 0.5; echo c; sleep 300'])(
    'ends the command on its node: %s',
    async (command) => {
      const line = `router submit ${JSON.stringify(command)} --node n1 | head -n 1; echo "\${PIPESTATUS[0]}"`;
      const { stdout } = await shell(line);
      expect(stdout.split('\n')[1]).toBe('141');
      expect(await newest()).toMatchObject({ status: 'cancelled' });
      expect(await lab.node('n1').processes()).toEqual([]);
    },
  );
});

describe('output that nobody gets', () => {
  it.each(['tasks --json', 'tasks', 'cluster-status', '--help', 'no-such-command 2>&1'])(
    'ends %s quietly where its reader goes away',
    async (call) => {
      const { stdout, stderr } = await shell(`router ${call} | true; echo "\${PIPESTATUS[0]}"`);
      expect(stdout).toMatch(/^(?:0|2|141)\n$/);
      expect(stderr).toBe('');
    },
  );

  it.each(['tasks', 'tasks --json', 'submit "echo begun; sleep 300" --node n1'])(
    'is told of where the disk is full: %s',
    async (call) => {
      await place.cli(['submit', 'true']);
      const { stdout, stderr } = await shell(`router ${call} >/dev/full; echo "$?"`);
      expect(stdout).toBe('125\n');
      expect(stderr).toContain('cluster-router: the output cannot be written: ENOSPC');
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(await lab.node('n1').processes()).toEqual([]);
    },
  );
});

describe('a terminal that is closed', () => {
  it('ends the command on its node', async () => {
    const running = place.start(['submit', 'echo begun; sleep 300', '--node', 'n1']);
    await until(() => running.stdout() === 'begun\n');
    running.child.kill('SIGHUP');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(await newest()).toMatchObject({ status: 'cancelled' });
    expect(await lab.node('n1').processes()).toEqual([]);
  });
});

describe('what nobody can approve later', () => {
  it.each([
    ['standard input', [], { input: 'text' }],
    ['a variable', ['--env', 'HANDED_ON'], { env: { HANDED_ON: '1' } }],
  ])('says so: %s', async (_what, args, options) => {
    const { code, stderr } = await place.cli(['submit', 'git push --force', ...args], options);
    expect({ code, stderr }).toEqual({ code: 126, stderr: expect.stringContaining('at a terminal') });
    expect(stderr).not.toContain('cluster-router approve');
    expect(await newest()).toMatchObject({ status: 'cancelled' });
  });
});

describe('long output', () => {
  it('of parallel comes whole', async () => {
    const { stdout } = await place.cli(['parallel', 'seq 1 200000']);
    expect(stdout.length).toBe(1_288_895);
  });

  it('as JSON keeps to the size of the tools’ answers', async () => {
    const { stdout } = await place.cli(['submit', 'seq 1 200000', '--json']);
    expect(stdout.length).toBeLessThan(40_000);
    expect(JSON.parse(stdout)).toMatchObject({ truncated: true, stdout_bytes: 1_288_895 });
  });

  it('logs ends before a character of which only the first byte is there', async () => {
    const running = place.start(['submit', String.raw`printf 'a\303'; sleep 300`, '--node', 'n1']);
    await until(() => running.stdout().startsWith('a'));
    const task = String((await newest())?.['task_id']);
    expect(await place.cli(['logs', task])).toMatchObject({ code: 0, stdout: 'a' });
    expect(await place.cli(['cancel', task])).toMatchObject({ code: 0 });
    await running.ended;
  });
});

describe('scripts', () => {
  it('may have any name', async () => {
    const file = join(place.project, "it's mine.sh");
    await writeFile(file, '#!/bin/sh\necho ok\n');
    expect(await place.cli(['submit', '--script', file])).toMatchObject({ code: 0, stdout: 'ok\n' });
  });

  it('take what comes after --, as it is', async () => {
    const file = join(place.project, 'print.sh');
    await writeFile(file, `#!/bin/sh\nprintf '<%s>' "$@"\n`);
    const args = ['', 'a b', "it's", '$HOME *', '--node'];
    const places = [['--no-auto-route'], ['--node', 'n1']];
    for (const flags of places) {
      const { code, stdout } = await place.cli(['submit', ...flags, '--script', file, '--', ...args]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: args.map((arg) => `<${arg}>`).join('') });
    }
  });

  it('are text', async () => {
    const file = join(place.project, 'program');
    await writeFile(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]));
    expect(await place.cli(['submit', '--script', file])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('--env', () => {
  it.each(['NOT_SET_ANYWHERE', 'NAME=value'])(
    'takes the name of a variable that is there: %s',
    async (name) => {
      expect(await place.cli(['submit', 'true', '--env', name])).toMatchObject({ code: 2, stdout: '' });
    },
  );
});

describe('doctor', () => {
  it('has a configuration that cannot be used as a finding', async () => {
    const file = join(place.folder, 'bad.yaml');
    await writeFile(file, 'nodes:\n  - id: x\n    hosst: y\n');
    const args = ['doctor', '--config', file];
    expect(await place.cli(args)).toMatchObject({ code: 1, stdout: expect.stringContaining('hosst') });
    expect(await place.json(args)).toMatchObject({
      ok: false,
      configuration: { error: expect.stringContaining('bad.yaml:3') },
    });
  });
});
