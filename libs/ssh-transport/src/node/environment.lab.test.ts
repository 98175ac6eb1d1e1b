import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, LabNode } from '@cluster-execution/lab';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../options.js';
import { setUpLabs, targetOf } from '../testing/labs.js';
import type { Transport } from '../transport.js';

const { here, start, open: openTo } = setUpLabs('environment');
let lab: Lab;
let node: LabNode;
const notices: string[] = [];

beforeEach(async () => {
  lab = await start();
  node = lab.node('n1');
  notices.length = 0;
});

const open = (over: Partial<TransportOptions> = {}): Transport =>
  openTo(lab, {
    environment: 'user',
    environmentCheckMs: 100_000,
    onNotice: (_target, message) => notices.push(message),
    ...over,
  });

async function said(transport: Transport, command = 'echo "$MINE"'): Promise<string> {
  let text = '';
  await transport.run(targetOf(lab), {
    command,
    onOutput: (_stream, chunk) => void (text += chunk.toString()),
  });
  return text.trim();
}

const inHome = (name: string) => join(node.home, name);
const cache = () => inHome('.cache/cluster-execution/environment');
const profile = (...lines: string[]) => writeFile(inHome('.bash_profile'), `${lines.join('\n')}\n`);
const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3_600;

describe('what was captured', () => {
  it('is captured anew where a start-up file has changed', async () => {
    await profile('export MINE=first');
    expect(await said(open())).toBe('first');
    await profile('export MINE=second');
    expect(await said(open())).toBe('second');
  });

  it('is found to have changed by a process that goes on', async () => {
    await profile('export MINE=first');
    const transport = open({ environmentCheckMs: 1 });
    expect(await said(transport)).toBe('first');
    await profile('export MINE=second');
    await expect.poll(() => said(transport), { timeout: 20_000 }).toBe('second');
    await rm(cache());
    await profile('export MINE=third');
    await expect.poll(() => said(transport), { timeout: 20_000 }).toBe('third');
  });

  it('is good for a day', async () => {
    await profile('export MINE=first');
    await utimes(inHome('.bash_profile'), hoursAgo(100), hoursAgo(100));
    expect(await said(open())).toBe('first');
    await profile('export MINE=second');
    await utimes(inHome('.bash_profile'), hoursAgo(100), hoursAgo(100));
    await utimes(cache(), hoursAgo(23), hoursAgo(23));
    expect(await said(open())).toBe('first');
    await utimes(cache(), hoursAgo(25), hoursAgo(25));
    expect(await said(open())).toBe('second');
  });

  it('travels by standard input where it cannot be kept, and the command’s own input with it', async () => {
    await profile('export MINE=mine');
    await writeFile(inHome('.cache'), 'a file, so that no folder can be made');
    const transport = open({ environmentCheckMs: 1 });
    for (let round = 0; round < 3; round += 1) expect(await said(transport)).toBe('mine');
  });

  it('lies where XDG_CACHE_HOME says', async () => {
    lab = await start({ sshdExtra: () => [`SetEnv XDG_CACHE_HOME=${here()}/elsewhere`] });
    node = lab.node('n1');
    await profile('export MINE=mine');
    expect(await said(open())).toBe('mine');
    expect((await stat(here('elsewhere/cluster-execution/environment'))).mode & 0o777).toBe(0o600);
  });
});

describe('a login shell', () => {
  it('that hangs costs one caller a while, and the next ones nothing', async () => {
    await profile('export MINE=mine', 'sleep 1000 & sleep 1000');
    expect(await said(open(), 'echo works')).toBe('works');
    expect(notices).toEqual([expect.stringContaining('did not tell')]);
    await expect.poll(() => node.processes(), { timeout: 10_000 }).toEqual([]);
    const begun = performance.now();
    expect(await said(open(), 'echo works')).toBe('works');
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(notices).toHaveLength(2);
    // After an hour, or where the start-up file was mended, it is asked again.
    await utimes(inHome('.bash_profile'), hoursAgo(10), hoursAgo(10));
    await utimes(cache(), hoursAgo(0.9), hoursAgo(0.9));
    expect(await said(open())).toBe('');
    await profile('export MINE=mine');
    expect(await said(open())).toBe('mine');
    expect(notices).toHaveLength(3);
  });

  it('leaves nothing running', async () => {
    await profile('export MINE=mine', 'sleep 1000 &', 'setsid sleep 1000 >/dev/null 2>&1 &');
    expect(await said(open())).toBe('mine');
    expect(await node.processes()).toEqual([]);
  });

  it('may hand over to another one, and print what it likes', async () => {
    await profile('echo welcome; printf "MINE=no\\0"', 'export MINE=mine', 'exec sh -l');
    expect(await said(open())).toBe('mine');
    expect(await readFile(cache(), 'utf8')).not.toContain('MINE=no');
  });
});
