import { chmod, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab, type LabOptions } from '@cluster-execution/lab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSshConfiguration } from './configuration/index.js';
import { openSocket } from './connection/stream.js';
import type { RunRequest } from './process/exit.js';
import type { Target, TransportOptions } from './options.js';
import { createTransport, type Transport } from './transport.js';

let folder: string;
const labs: Lab[] = [];
const opened: Transport[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transport-'));
});
afterEach(async () => {
  for (const transport of opened.splice(0)) transport.close();
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
  await rm(folder, { recursive: true });
});

async function start(options: Partial<LabOptions> = {}): Promise<Lab> {
  const lab = await startLab({ nodes: 1, ...options });
  labs.push(lab);
  return lab;
}

function open(lab: Lab, over: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    localUser: lab.user,
    home: folder,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
    environment: 'plain',
    ...over,
  });
  opened.push(transport);
  return transport;
}

const targetOf = (lab: Lab, id = 'n1'): Target => ({ host: lab.node(id).host, port: lab.node(id).port });

async function collect(transport: Transport, at: Target, request: string | RunRequest) {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const given = typeof request === 'string' ? { command: request } : request;
  const { exit } = await transport.run(at, {
    ...given,
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk);
      return given.onOutput?.(stream, chunk);
    },
  });
  const text = (of: Buffer[]) => Buffer.concat(of).toString('utf8');
  return { exit, stdout: text(chunks.stdout), stderr: text(chunks.stderr) };
}

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

describe('jump hosts', () => {
  function configured(lab: Lab, text: string): Partial<TransportOptions> {
    const files: Record<string, string> = { '/config': text };
    const configuration = loadSshConfiguration({
      files: [{ path: '/config' }],
      readFile: (path) => files[path],
      listFolder: () => undefined,
      home: folder,
      localUser: lab.user,
      localHostname: 'here',
      env: {},
    });
    return { configuration };
  }
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
    const where = await many(6, (index) =>
      collect(transport, { host: index % 2 === 0 ? 'n3' : 'n2' }, 'echo "$CLUSTERLAB_NODE"'),
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
    const script = join(folder, 'relay.cjs');
    await writeFile(script, relay);
    const text = `Host behind\n  HostName behind.invalid\n  ProxyCommand ${process.execPath} ${script} %h %p\n`;
    const transport = open(lab, {
      ...configured(lab, text),
      knownHostsFile: join(folder, 'known'),
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
