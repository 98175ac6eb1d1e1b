import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, makePlace, until, type Json, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 3 });
  place = await makePlace(inventory(lab));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

describe('parallel', () => {
  it('exits with the highest code', async () => {
    expect(await place.cli(['parallel', 'exit 3', 'true', 'exit 7', 'exit 1'])).toMatchObject({ code: 7 });
    expect(await place.cli(['parallel', 'true', 'true'])).toMatchObject({ code: 0 });
    expect(await place.cli(['parallel', 'true', 'git push --force'])).toMatchObject({ code: 126 });
    expect(await place.cli(['parallel', 'true', 'echo hi', '--cap', 'gpu'])).toMatchObject({ code: 125 });
  });

  it('answers in the order given, and spreads over the nodes', async () => {
    const commands = Array.from({ length: 8 }, (_, index) => `sleep 0.${9 - index}; echo part ${index}`);
    const answer = (await place.json(['parallel', ...commands])) as { results: Json[]; summary: Json };
    expect(answer.results.map(({ stdout }) => stdout)).toEqual(commands.map((_, index) => `part ${index}\n`));
    expect(new Set(answer.results.map((result) => result['executed_on'])).size).toBe(4);
    expect(answer.summary).toMatchObject({ total: 8, succeeded: 8 });
    const { stdout, stderr } = await place.cli(['parallel', ...commands]);
    expect(stdout).toBe(commands.map((_, index) => `part ${index}\n`).join(''));
    expect(stderr.match(/^completed · exit 0 · on /gm)).toHaveLength(8);
  });

  it('--fail-fast starts no more after the first failure', async () => {
    const commands = ['exit 9', ...Array.from({ length: 6 }, () => 'sleep 0.2; echo ran')];
    const args = ['parallel', ...commands, '--max-parallel', '1', '--fail-fast'];
    const { code, stdout } = await place.cli([...args, '--json']);
    const { results } = JSON.parse(stdout) as { results: Json[] };
    expect(results[0]).toMatchObject({ return_code: 9 });
    expect(results.slice(1).map(({ status }) => status)).toEqual(
      Array.from({ length: 6 }, () => 'cancelled'),
    );
    expect(code).not.toBe(0);
  });

  it('130 when interrupted, and nothing of it is left', async () => {
    const running = place.start(['parallel', 'sleep 300', 'sleep 301', 'sleep 302', 'sleep 303']);
    const alive = async () =>
      (await Promise.all(lab.nodes.map((node) => node.processes()))).filter((pids) => pids.length > 0).length;
    await until(alive, (nodes) => nodes === 3);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(await alive()).toBe(0);
  });

  it('2 without a command', async () => {
    expect(await place.cli(['parallel'])).toMatchObject({ code: 2, stdout: '' });
  });
});
