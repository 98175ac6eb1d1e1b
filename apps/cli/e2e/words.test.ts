import { describe, expect, it } from 'vitest';
import { makePlace } from './session.js';

/** What tools and their parameters are called, and on the command line nothing. */
const theirs =
  /\b(?:\w+_seconds|node_ids?|requires_\w+|auto_route|max_parallel|fail_fast|cluster_(?:bash|status|plan)|offload_to|parallel_execute|task_(?:output|cancel|list)|input schema)\b/;

const flags: [flag: string, args: string[]][] = [
  ['--timeout', ['submit', 'true', '--timeout', '-1']],
  ['--priority', ['plan', 'true', '--priority', '5000']],
  ['--os', ['submit', 'true', '--os', 'plan9']],
  ['--arch', ['parallel', 'true', '--arch', 'vax']],
  ['--cap', ['submit', 'true', '--cap', '']],
  ['--node', ['submit', 'true', '--node', '']],
  ['--max-parallel', ['parallel', 'true', '--max-parallel', '0']],
  ['--limit', ['tasks', '--limit', '0']],
  ['--status', ['tasks', '--status', 'sleeping']],
  ['--script', ['submit', '--script', 'no-such-file']],
];

const others: string[][] = [
  ['submit', 'sleep 300', '--timeout', '0.2'],
  ['submit', 'true', '--cap', 'gpu'],
  ['plan', 'true', '--no-auto-route', '--os', 'macos'],
  ['plan', 'true', '--no-auto-route'],
  ['submit', 'true', '--cwd', '/no/such/folder'],
  ['submit', `echo ${'x'.repeat(100_001)}`],
  ['submit', 'git push --force'],
  ['logs', 'no-such-task'],
  ['cancel', 'no-such-task'],
  ['status', 'no-such-task'],
  ['approve', 'no-such-task'],
];

describe('the command line speaks of its own flags', () => {
  it.each(flags)('%s, where it is wrong: 2, as text and as JSON', async (flag, args) => {
    await using place = await makePlace();
    const { code, stdout, stderr } = await place.cli(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(flag) });
    expect(stderr).not.toMatch(theirs);
    const answer = await place.json(args);
    expect(answer).toMatchObject({ error: expect.stringContaining(flag), error_code: 'wrong-usage' });
  });

  it.each(others)('%s %s', async (...args) => {
    await using place = await makePlace();
    const { code, stdout, stderr } = await place.cli(args);
    expect(`${stdout}${stderr}`).not.toMatch(theirs);
    const answer = await place.json(args);
    expect(answer).toEqual(
      expect.objectContaining(code === 0 ? { placement: 'placed' } : { error_code: expect.any(String) }),
    );
    expect(`${String(answer['error'])} ${String(answer['hint'])}`).not.toMatch(theirs);
  });
});
