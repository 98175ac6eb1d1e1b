import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makePlace, type Json } from './session.js';

const commands = ['make -j8', 'ls', 'git push --force', 'mkfs.ext4 /dev/sda1', 'echo "a\tb" | wc -c'];

describe('policy', () => {
  it('check --stdin --json answers line by line, in order, with these keys alone', async () => {
    await using place = await makePlace();
    const input = `${commands.map((command) => JSON.stringify({ command })).join('\n')}\n`;
    const { code, stdout, stderr } = await place.cli(
      ['policy', 'check', '--stdin', '--json', '--cwd', '/work/here', '--home', '/home/dev'],
      { input },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(answers.map(({ command }) => command)).toEqual(commands);
    for (const answer of answers) {
      expect(Object.keys(answer)).toEqual(['command', 'verdict', 'route', 'reasons']);
      for (const reason of answer['reasons'] as Json[]) {
        const { suggestion, ...rest } = reason;
        expect(Object.keys(rest)).toEqual(['rule', 'message']);
        expect(['string', 'undefined']).toContain(typeof suggestion);
      }
    }
    expect(answers.map(({ verdict, route }) => `${String(verdict)} ${String(route)}`)).toEqual([
      'allow offload',
      'allow local',
      'ask local',
      'deny local',
      'allow local',
    ]);
  });

  it('check says why; so does explain, with the place in the text', async () => {
    await using place = await makePlace();
    expect(await place.cli(['policy', 'check', 'git push --force'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ask, local: git push --force\n {2}\S/),
    });
    expect(await place.cli(['policy', 'explain', 'cd x && git push --force'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/about: git push/),
    });
  });

  it('needs the policy alone: nothing of the cluster is opened, and nothing written', async () => {
    const rules = [{ id: 'no-ls', verdict: 'deny', match: { program: 'ls' } }];
    await using place = await makePlace(
      JSON.stringify({ policy: { rules }, nodes: [{ id: 'n1', host: 'n1' }] }),
    );
    const env = { CLUSTER_STATE_DIR: '/proc/not-to-be-written' };
    for (const call of ['check', 'explain'])
      expect(await place.cli(['policy', call, 'ls'], { env })).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^deny[^]*no-ls/),
        stderr: '',
      });
    expect(await readdir(place.home)).toEqual([]);
  });

  it('2 for what is no line of it, and for no command at all', async () => {
    await using place = await makePlace();
    expect(
      await place.cli(['policy', 'check', '--stdin'], { input: '{"command": "ls"}\nls\n' }),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Line 2'),
    });
    expect(await place.cli(['policy', 'check'])).toMatchObject({ code: 2, stdout: '' });
  });
});
