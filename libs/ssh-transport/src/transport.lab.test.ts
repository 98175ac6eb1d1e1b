import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { collect } from './testing/collect.js';
import { setUpLabs, targetOf } from './testing/labs.js';

const { start, open } = setUpLabs('transport');
const success = { kind: 'exited', code: 0 };
const many = (count: number, run: (index: number) => ReturnType<typeof collect>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

describe('connections are shared', () => {
  it('runs nine at once over one', async () => {
    const lab = await start();
    const transport = open(lab);
    await collect(transport, targetOf(lab), ':');
    await many(9, () => collect(transport, targetOf(lab), 'sleep 0.2'));
    expect(transport.connections).toBe(1);
  });

  it('opens a second where the first is full, and seldom asks for more sessions than sshd allows', async () => {
    const lab = await start({ sshdExtra: () => ['MaxSessions 10'] });
    const transport = open(lab);
    await collect(transport, targetOf(lab), ':');
    const ran = await many(40, (index) => collect(transport, targetOf(lab), `sleep 0.1; echo ${index}`));
    expect(ran.map(({ stdout }) => stdout)).toEqual(ran.map((_, index) => `${index}\n`));
    expect(transport.connections).toBeGreaterThan(1);
    expect(transport.connections).toBeLessThanOrEqual(4);
    // Not never: sshd frees a session a little after it has closed one, a busy machine's the later. Unlearnt it would be 30.
    expect((await lab.node('n1').log()).match(/no more sessions/g)?.length ?? 0).toBeLessThan(20);
  });

  it('copes with two sessions a connection', async () => {
    const lab = await start({ sshdExtra: () => ['MaxSessions 2'] });
    const transport = open(lab);
    const ran = await many(30, (index) => collect(transport, targetOf(lab), `exit ${index}`));
    expect(ran.map(({ exit }) => exit)).toEqual(ran.map((_, code) => ({ kind: 'exited', code })));
  });

  it('copes with a server that takes few handshakes at once', async () => {
    const lab = await start({ nodes: 4, sshdExtra: () => ['MaxStartups 2:100:2', 'MaxSessions 2'] });
    const transport = open(lab, { attempts: 10 });
    const ran = await many(40, (index) =>
      collect(transport, targetOf(lab, `n${(index % 4) + 1}`), 'echo "$CLUSTERLAB_NODE"'),
    );
    expect(ran.map(({ stdout }) => stdout)).toEqual(ran.map((_, index) => `n${(index % 4) + 1}\n`));
  });

  it('ends a command though every session is taken', async () => {
    const lab = await start({ sshdExtra: () => ['MaxSessions 1'] });
    const transport = open(lab);
    const ran = await collect(transport, targetOf(lab), { command: 'sleep 1000', timeoutMs: 200 });
    expect(ran.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
    await expect.poll(() => lab.node('n1').processes(), { timeout: 5_000 }).toEqual([]);
  });

  it('gives up waiting for a channel when cancelled, and runs nothing', async () => {
    const lab = await start({ sshdExtra: () => ['MaxSessions 1'] });
    const transport = open(lab);
    const controllers = Array.from({ length: 30 }, () => new AbortController());
    const running = controllers.map(({ signal }, index) =>
      collect(transport, targetOf(lab), { command: `sleep 0.05; echo ${index} >>ran`, signal }),
    );
    controllers.slice(20).forEach((controller) => controller.abort());
    const exits = (await Promise.all(running)).map(({ exit }) => exit.kind);
    expect(exits).toEqual(exits.map((_, index) => (index < 20 ? 'exited' : 'cancelled')));
    const ran = (await collect(transport, targetOf(lab), 'sort -n ran')).stdout;
    expect(ran.trim().split('\n')).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });
});

describe('output', () => {
  it.each(['stdout', 'stderr'] as const)('is whole on %s for a reader that is slow', async (name) => {
    const lab = await start();
    let pauses = 0;
    let bytes = 0;
    const { exit } = await open(lab).run(targetOf(lab), {
      command: `head -c 1000000 /dev/zero ${name === 'stderr' ? '>&2' : ''}`,
      onOutput: (stream, chunk) => {
        if (stream === name) bytes += chunk.length;
        pauses += 1;
        // Longer than silence may last after the end of a command.
        return pauses > 2 ? undefined : new Promise((resolve) => setTimeout(resolve, 1_500));
      },
    });
    expect(exit).toEqual(success);
    expect(bytes).toBe(1_000_000);
  });

  it('has none of what the login shell prints', async () => {
    const lab = await start();
    const noise = 'echo welcome; echo warning >&2; printf "no newline"; printf "here neither" >&2\n';
    await writeFile(join(lab.node('n1').home, '.bashrc'), noise);
    await writeFile(join(lab.node('n1').home, '.profile'), noise);
    for (const environment of ['plain', 'user'] as const) {
      const ran = await collect(open(lab, { environment }), targetOf(lab), 'echo out; echo err >&2');
      expect(ran).toEqual({ exit: success, stdout: 'out\n', stderr: 'err\n' });
    }
  });

  it('comes from a shell that shows what it does, too', async () => {
    const lab = await start();
    await writeFile(join(lab.node('n1').home, '.bashrc'), 'set -x\n');
    expect(await collect(open(lab), targetOf(lab), 'echo out')).toMatchObject({
      exit: success,
      stdout: 'out\n',
    });
    const late = await collect(open(lab), targetOf(lab), { command: 'sleep 1000', timeoutMs: 200 });
    expect(late.exit).toEqual({ kind: 'timeout', stopped: 'yes' });
  });
});

describe('the user’s environment', () => {
  const cacheOf = (lab: Lab) => join(lab.node('n1').home, '.cache', 'cluster-execution', 'environment');

  async function withProfile(): Promise<Lab> {
    const lab = await start();
    const { home } = lab.node('n1');
    await mkdir(join(home, 'tools'));
    await writeFile(join(home, 'tools', 'my-tool'), '#!/bin/sh\necho "found $MINE"\n');
    await chmod(join(home, 'tools', 'my-tool'), 0o755);
    await writeFile(join(home, '.profile'), 'export PATH="$HOME/tools:$PATH"\n. "$HOME/.bashrc"\n');
    await writeFile(
      join(home, '.bashrc'),
      `case $- in *i*) ;; *) return;; esac\nexport MINE="it's \\"mine\\"\nand two lines"\n`,
    );
    return lab;
  }

  it('is taken over, and kept where only its user reads it', async () => {
    const lab = await withProfile();
    const found = `found it's "mine"\nand two lines\n`;
    expect(await collect(open(lab), targetOf(lab), 'my-tool')).toMatchObject({
      exit: { kind: 'exited', code: 127 },
    });
    const transport = open(lab, { environment: 'user' });
    expect(await collect(transport, targetOf(lab), 'my-tool')).toMatchObject({
      exit: success,
      stdout: found,
    });
    expect((await stat(cacheOf(lab))).mode & 0o777).toBe(0o600);
    expect((await stat(join(cacheOf(lab), '..'))).mode & 0o777).toBe(0o700);
    const kept = await readFile(cacheOf(lab), 'utf8');
    expect(kept).toContain('export MINE=');
    expect(kept).not.toMatch(/export (?:PWD|SHLVL|SSH_CONNECTION|CLUSTER_RUN)=/);
    // The next process finds it there, and asks no shell again where that looks no younger.
    await writeFile(join(lab.node('n1').home, '.bashrc'), 'export MINE=other\n');
    await utimes(join(lab.node('n1').home, '.bashrc'), 1, 1);
    expect((await collect(open(lab, { environment: 'user' }), targetOf(lab), 'my-tool')).stdout).toBe(found);
  });

  it('gives way to what a command sets itself', async () => {
    const lab = await withProfile();
    const transport = open(lab, { environment: 'user' });
    const ran = await collect(transport, targetOf(lab), { command: 'my-tool', env: { MINE: 'my own' } });
    expect(ran.stdout).toBe('found my own\n');
  });

  it('travels with each command where it cannot be kept', async () => {
    const lab = await withProfile();
    await writeFile(join(lab.node('n1').home, '.cache'), 'a file, so that no folder can be made');
    const transport = open(lab, { environment: 'user' });
    expect(await collect(transport, targetOf(lab), 'my-tool; cat')).toMatchObject({
      exit: success,
      stdout: expect.stringContaining('found it'),
    });
  });

  it('is done without where the login shell does not say it', async () => {
    const lab = await start();
    await writeFile(join(lab.node('n1').home, '.profile'), 'exit 1\n');
    const notices: string[] = [];
    const transport = open(lab, {
      environment: 'user',
      onNotice: (_target, message) => notices.push(message),
    });
    expect(await collect(transport, targetOf(lab), 'echo works')).toMatchObject({ stdout: 'works\n' });
    expect(notices).toHaveLength(1);
  });

  it('is refused where no shell could be given it, and nobody is asked', async () => {
    const transport = open(await start());
    const refused = transport.run({ host: 'no-such-host.invalid' }, { command: 'echo a\0b' });
    await expect(refused).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it('does not change how a command that is no shell line fails', async () => {
    const lab = await start();
    for (const env of [undefined, { A: '1' }]) {
      const request = { command: 'if true', ...(env === undefined ? {} : { env }) };
      expect((await collect(open(lab), targetOf(lab), request)).exit).toEqual({ kind: 'exited', code: 2 });
    }
  });
});
