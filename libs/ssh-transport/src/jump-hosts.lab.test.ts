import { writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Lab } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { openSocket } from './connection/stream.js';
import { collect } from './testing/collect.js';
import { setUpLabs } from './testing/labs.js';

const { here, start, open, configurationOf } = setUpLabs('jump-hosts');

describe('jump hosts', () => {
  const configured = (lab: Lab, text: string) => ({ configuration: configurationOf(lab, text) });
  const hosts = (lab: Lab, jumps: Record<string, string>) =>
    lab.nodes
      .map(({ id, host, port }) => {
        const jump = jumps[id] === undefined ? '' : `  ProxyJump ${jumps[id]}\n`;
        return `Host ${id}\n  HostName ${host}\n  Port ${port}\n${jump}`;
      })
      .join('');

  it('are not closed as idle while something goes through them', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, { ...configured(lab, hosts(lab, { n2: 'n1' })), idleMs: 400 });
    const { exit } = await collect(transport, { host: 'n2' }, 'sleep 2; exit 5');
    expect(exit).toEqual({ kind: 'exited', code: 5 });
  });

  it('are gone through, in turn, and shared', async () => {
    const lab = await start({ nodes: 3 });
    let sockets = 0;
    const transport = open(lab, {
      ...configured(lab, hosts(lab, { n2: 'n1', n3: 'n2' })),
      openSocket: (destination, signal) => {
        sockets += 1;
        return openSocket(destination, signal);
      },
    });
    const where = await Promise.all(
      ['n3', 'n2', 'n3', 'n2', 'n3', 'n2'].map((host) =>
        collect(transport, { host }, 'echo "$CLUSTERLAB_NODE"'),
      ),
    );
    expect(where.map(({ stdout }) => stdout.trim())).toEqual(['n3', 'n2', 'n3', 'n2', 'n3', 'n2']);
    expect(sockets).toBe(1);
  });

  it('that are down are named', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, { attempts: 1, ...configured(lab, hosts(lab, { n2: 'n1' })) });
    await lab.node('n1').stop();
    await expect(transport.run({ host: 'n2' }, { command: 'true' })).rejects.toMatchObject({
      code: 'connection-refused',
      message: expect.stringMatching(/^The jump host to n2 failed: n1 /),
    });
  });

  it('say that they cannot reach what is behind them', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, { attempts: 1, ...configured(lab, hosts(lab, { n2: 'n1' })) });
    await lab.node('n2').stop();
    await expect(transport.run({ host: 'n2' }, { command: 'true' })).rejects.toMatchObject({
      code: 'connection-refused',
      message: expect.stringMatching(/^n2 .*jump host n1 .*"Connection refused"/),
      hint: expect.stringContaining('sshd running'),
    });
  });

  it('say that they do not know a name, or forward nothing', async () => {
    const forbid = (id: string) => (id === 'n2' ? ['AllowTcpForwarding no'] : []);
    const lab = await start({ nodes: 3, sshdExtra: forbid });
    const text = `${hosts(lab, { n3: 'n2' })}Host unknown\n  HostName no-such-host.invalid\n  ProxyJump n1\n`;
    const transport = open(lab, configured(lab, text));
    await expect(transport.run({ host: 'unknown' }, { command: 'true' })).rejects.toMatchObject({
      code: 'host-not-found',
      message: expect.stringMatching(/^unknown \(no-such-host\.invalid\) .*jump host n1 /),
      hint: expect.stringContaining('HostName'),
    });
    for (let round = 0; round < 3; round += 1)
      await expect(transport.run({ host: 'n3' }, { command: 'true' })).rejects.toMatchObject({
        code: 'forwarding-refused',
        message: expect.stringMatching(/^n3 .*jump host n2 .*forwards nothing/),
        hint: expect.stringContaining('AllowTcpForwarding'),
        retryAfterMs: undefined,
      });
  });

  it.each([1, 2])('are connected to anew where they are lost meanwhile, in %d attempts', async (attempts) => {
    const lab = await start({ nodes: 2 });
    const sockets: Socket[] = [];
    const transport = open(lab, {
      ...configured(lab, hosts(lab, { n2: 'n1' })),
      attempts,
      openSocket: async (destination, signal) => {
        const socket = await openSocket(destination, signal);
        sockets.push(socket);
        return socket;
      },
    });
    await collect(transport, { host: 'n1' }, ':');
    await lab.node('n1').freeze();
    const [socket] = sockets;
    const before = socket?.bytesWritten ?? 0;
    const ran = collect(transport, { host: 'n2' }, 'exit 5').catch((error: unknown) => error);
    await expect.poll(() => socket?.bytesWritten).toBeGreaterThan(before); // it was asked for the way
    socket?.destroy();
    await lab.node('n1').thaw();
    expect(await ran).toMatchObject(
      attempts === 2
        ? { exit: { kind: 'exited', code: 5 } }
        : {
            code: 'connection-closed',
            message: expect.stringMatching(/^n2 .*jump host n1 .*was lost/),
            hint: expect.stringContaining('again'),
          },
    );
  });

  it('pass on the end of what is behind them', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, configured(lab, hosts(lab, { n2: 'n1' })));
    const { exit } = await transport.run(
      { host: 'n2' },
      { command: 'sleep 1000', onStart: () => void lab.node('n2').dropConnections() },
    );
    expect(exit).toEqual({ kind: 'lost' });
    expect((await collect(transport, { host: 'n2' }, 'echo back')).stdout).toBe('back\n');
  });

  it('that freeze do not hold up a new connection for longer than its limit', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, {
      attempts: 1,
      connectTimeoutMs: 1_000,
      ...configured(lab, hosts(lab, { n2: 'n1' })),
    });
    await collect(transport, { host: 'n1' }, ':');
    await lab.node('n1').freeze();
    try {
      await expect(transport.run({ host: 'n2' }, { command: 'true' })).rejects.toMatchObject({
        code: 'connection-timed-out',
        message: expect.stringMatching(/^n2 .*within 1 s through the jump host n1 /),
      });
    } finally {
      await lab.node('n1').thaw();
    }
  });

  it('that name each other are no way to anywhere', async () => {
    const lab = await start({ nodes: 2 });
    const transport = open(lab, configured(lab, hosts(lab, { n1: 'n2', n2: 'n1' })));
    await expect(transport.run({ host: 'n2' }, { command: 'true' })).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringMatching(/More than 8 jump hosts/),
      hint: expect.stringContaining('ProxyJump'),
    });
  });

  it.each([
    [
      'whose shell is missing',
      '/no/such/shell',
      'nc %h %p',
      /started by \/no\/such\/shell/,
      /\/no\/such\/shell there/,
    ],
    ['that is missing', '/bin/sh', '/no/such/program %h %p', /ended with 127/, /in a terminal/],
    ['that ends', '/bin/sh', 'sh -c "exit 3"', /ended with 3/, /in a terminal/],
  ])('may be a command; one %s is told as that', async (_what, localShell, command, message, hint) => {
    const lab = await start();
    const text = `Host behind\n  HostName behind.invalid\n  ProxyCommand ${command}\n`;
    const transport = open(lab, { ...configured(lab, text), attempts: 1, localShell });
    await expect(transport.run({ host: 'behind' }, { command: 'true' })).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringMatching(
        new RegExp(`ProxyCommand to behind \\(behind.invalid\\).*${message.source}`),
      ),
      hint: expect.stringMatching(hint),
    });
  });

  it('may be a command', async () => {
    const lab = await start();
    const { host, port } = lab.node('n1');
    const relay = `process.stdin.pipe(require('net').connect(${port}, '${host}')).pipe(process.stdout)`;
    const script = here('relay.cjs');
    await writeFile(script, relay);
    const text = `Host behind\n  HostName behind.invalid\n  ProxyCommand ${process.execPath} ${script} %h %p\n`;
    const transport = open(lab, {
      ...configured(lab, text),
      knownHostsFile: here('known'),
    });
    expect(await collect(transport, { host: 'behind' }, 'echo through')).toMatchObject({
      stdout: 'through\n',
    });
    transport.close();
    const relays = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script);
        } catch (error) {
          if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
          throw error;
        }
      });
    await expect.poll(relays, { timeout: 5_000 }).toEqual([]);
  });
});
