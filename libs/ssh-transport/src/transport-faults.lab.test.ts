import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyPair, startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from './connection/stream.js';
import type { Target, TransportOptions } from './options.js';
import { createTransport, type Transport } from './transport.js';

let lab: Lab;
let node: LabNode;
let folder: string;
const opened: Transport[] = [];

beforeAll(async () => {
  [lab, folder] = await Promise.all([startLab({ nodes: 1 }), mkdtemp(join(tmpdir(), 'transport-'))]);
  node = lab.node('n1');
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => node.start());
afterEach(() => {
  for (const transport of opened.splice(0)) transport.close();
});

function open(over: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    localUser: lab.user,
    home: folder,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
    attempts: 1,
    environment: 'plain',
    ...over,
  });
  opened.push(transport);
  return transport;
}

const target = (): Target => ({ host: node.host, port: node.port });

async function collected(transport: Transport, command: string, at = target()) {
  const out = { stdout: '', stderr: '' };
  const ran = await transport.run(at, {
    command,
    onOutput: (stream, chunk) => void (out[stream] += chunk.toString()),
  });
  return { ...ran, ...out };
}

/** What a command is refused with; nothing has run then. */
const refusal = (transport: Transport, command = 'true', at = target()): Promise<unknown> =>
  transport.run(at, { command }).then(
    ({ exit }) => exit,
    (error: unknown) => error,
  );

const listenAndFreeze = `
  const server = require('node:net').createServer();
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));
  process.stdin.on('end', () => process.exit()).resume();
`;

/** A port whose process is stopped and whose queue is full: the kernel answers no further SYN. */
async function startBlackHole() {
  const child = spawn(process.execPath, ['-e', listenAndFreeze], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const place = { host: '127.0.0.1', port: Number(line.toString()) };
  const fillers: Socket[] = [];
  // Linux counts one connection more than the backlog.
  for (let count = 0; count < 2; count += 1) {
    const filler = connect(place);
    await once(filler, 'connect');
    fillers.push(filler);
  }
  return {
    target: place,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Something that is waited for. */
function moment() {
  let come: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { promise, resolve: () => come() };
}

describe('before a command starts', () => {
  it('says that a host refuses', async () => {
    await node.stop();
    expect(await refusal(open())).toMatchObject({
      name: 'TransportError',
      code: 'connection-refused',
      message: expect.stringContaining(`127.0.0.1 port ${node.port}`),
      hint: expect.stringContaining('sshd'),
    });
  });

  it('tries as often as it is told to', async () => {
    await node.stop();
    let tries = 0;
    const transport = open({
      attempts: 3,
      openSocket: () => {
        tries += 1;
        return Promise.reject(Object.assign(new Error('refused'), { code: 'connection-refused' }));
      },
    });
    expect(await refusal(transport)).toMatchObject({ code: 'connection-refused' });
    expect(tries).toBe(3);
  });

  it('gives up on a host that answers nothing at all', async () => {
    await using hole = await startBlackHole();
    const refused = await refusal(open({ connectTimeoutMs: 300 }), 'true', hole.target);
    expect(refused).toMatchObject({
      code: 'connection-timed-out',
      message: expect.stringContaining('did not answer within 0.3 s'),
      hint: expect.stringContaining('on'),
    });
  });

  it('gives up on a host that accepts and never speaks', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      const since = performance.now();
      expect(
        await refusal(open({ connectTimeoutMs: 300 }), 'true', { host: '127.0.0.1', port }),
      ).toMatchObject({
        code: 'connection-timed-out',
        message: expect.stringContaining('did not say a word'),
        hint: expect.any(String),
      });
      expect(performance.now() - since).toBeLessThan(3_000);
    } finally {
      silent.close();
    }
  });

  it('gives up on a host that says its name and then nothing', async () => {
    const mute = createServer((socket) => void socket.write('SSH-2.0-mute\r\n'));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    try {
      expect(
        await refusal(open({ handshakeTimeoutMs: 300 }), 'true', { host: '127.0.0.1', port }),
      ).toMatchObject({
        code: 'connection-timed-out',
        message: expect.stringContaining('did not finish the handshake'),
      });
    } finally {
      mute.close();
    }
  });

  it('says what is no SSH server', async () => {
    const web = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as AddressInfo;
    try {
      expect(await refusal(open(), 'true', { host: '127.0.0.1', port })).toMatchObject({
        code: 'handshake-failed',
      });
    } finally {
      web.close();
    }
  });

  it('gives up on a frozen sshd', async () => {
    await node.freeze();
    try {
      expect(await refusal(open({ connectTimeoutMs: 300 }))).toMatchObject({ code: 'connection-timed-out' });
    } finally {
      await node.thaw();
    }
    expect((await open().run(target(), { command: 'exit 4' })).exit).toEqual({ kind: 'exited', code: 4 });
  });

  it.each(['say nothing', 'say their name and then nothing'])(
    'does not wait for others that %s',
    async (what) => {
      const words = what === 'say nothing' ? '' : 'SSH-2.0-mute\r\n';
      const sockets: Socket[] = [];
      const mute = Array.from({ length: 30 }, () =>
        createServer((socket) => {
          sockets.push(socket.on('error', () => socket.destroy()).resume());
          socket.write(words);
        }),
      );
      await Promise.all(mute.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
      const transport = open();
      let ended = 0;
      const waiting = mute.map((server) =>
        refusal(transport, 'true', { host: '127.0.0.1', port: (server.address() as AddressInfo).port }).then(
          () => (ended += 1),
        ),
      );
      expect(await refusal(transport, 'exit 4')).toEqual({ kind: 'exited', code: 4 });
      expect(ended).toBe(0);
      expect(sockets).toHaveLength(30);
      for (const socket of sockets) socket.destroy();
      await Promise.all(waiting);
      for (const server of mute) server.close();
    },
  );

  it('says that a name leads nowhere', async () => {
    expect(await refusal(open(), 'true', { host: 'no-such-host.invalid' })).toMatchObject({
      code: 'host-not-found',
      hint: expect.stringContaining('fallbackIp'),
    });
  });

  it('does not wait for a host when the command is cancelled meanwhile', async () => {
    await node.freeze();
    try {
      const controller = new AbortController();
      const since = performance.now();
      const running = open().run(target(), { command: 'true', signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      expect(await running).toEqual({ exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 });
      expect(performance.now() - since).toBeLessThan(5_000);
    } finally {
      await node.thaw();
    }
  });

  it('says that no key was taken, and which files could not be used', async () => {
    const stranger = join(folder, 'stranger');
    await writeFile(stranger, createKeyPair('stranger').privateKey, { mode: 0o600 });
    expect(await refusal(open({ identityFiles: [stranger] }))).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining(lab.user),
      hint: expect.stringMatching(/authorized_keys/),
    });
    expect(await refusal(open(), 'true', { ...target(), user: 'nobody' })).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining('nobody'),
    });
  });

  it('does not claim that a forced command was ours', async () => {
    const forced = await startLab({
      nodes: 1,
      homes: false,
      sshdExtra: () => ['ForceCommand /bin/echo only this'],
    });
    try {
      const { host, port } = forced.node('n1');
      const transport = open({
        identityFiles: [forced.identityFile],
        knownHostsFile: forced.knownHostsFile,
      });
      expect(await refusal(transport, 'true', { host, port })).toMatchObject({
        code: 'shell-failed',
        message: expect.stringContaining('only this'),
        hint: expect.stringContaining('forced command'),
      });
    } finally {
      await forced.close();
    }
  });

  it('leaves nothing under way once it is closed', async () => {
    const silent = createServer((socket) => void socket.on('error', () => socket.destroy()).resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const accepted = once(silent, 'connection') as Promise<[Socket]>;
    const transport = open({ connectTimeoutMs: 600_000 });
    const refused = refusal(transport, 'true', { host: '127.0.0.1', port });
    const [socket] = await accepted;
    const closed = once(socket, 'close');
    transport.close();
    expect(await refused).toMatchObject({ code: 'transport-closed' });
    await closed;
    silent.close();
  });

  it('takes no more work once it is closed', async () => {
    const transport = open();
    transport.close();
    expect(await refusal(transport)).toMatchObject({
      code: 'transport-closed',
      hint: expect.stringContaining('call again'),
    });
  });

  it('says that a known_hosts cannot be read, and asks nobody', async () => {
    const unreadable = join(folder, 'unreadable');
    await mkdir(unreadable, { recursive: true });
    expect(await refusal(open({ knownHostsFile: unreadable }))).toMatchObject({
      name: 'TransportError',
      code: 'known-hosts-unreadable',
      message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1 port ${node.port} .*${unreadable}`)),
      hint: expect.stringContaining('ls -l'),
    });
  });

  it('says which node does not answer', async () => {
    const none = await startLab({ nodes: 1, sshdExtra: () => ['ForceCommand exec sleep 1000'] });
    try {
      const { host, port } = none.node('n1');
      const over = { identityFiles: [none.identityFile], knownHostsFile: none.knownHostsFile };
      const silent = open({ ...over, connectTimeoutMs: 2_000, handshakeTimeoutMs: 1_000 });
      expect(await refusal(silent, 'true', { host, port })).toMatchObject({
        code: 'shell-failed',
        message: expect.stringContaining(`127.0.0.1 port ${port} did not answer a question`),
        hint: expect.stringContaining('ssh NODE true'),
      });
    } finally {
      await none.close();
    }
  }, 40_000);
});

describe('a node that is dead', () => {
  /** Counts how often somebody is asked. */
  function counted(over: Partial<TransportOptions> = {}) {
    let asked = 0;
    const transport = open({
      connectTimeoutMs: 300,
      random: () => 1,
      openSocket: (destination, signal) => {
        asked += 1;
        return openSocket(destination, signal);
      },
      ...over,
    });
    return { transport, asked: () => asked };
  }

  it('costs the second caller nothing; is found again once it is back', async () => {
    const clock = { ms: 0 };
    const { transport, asked } = counted({ now: () => performance.now() + clock.ms });
    await node.freeze();
    try {
      const first = await refusal(transport);
      expect(first).toMatchObject({ code: 'connection-timed-out', retryAfterMs: undefined });
      const since = performance.now();
      const next = await Promise.all([refusal(transport), refusal(transport), refusal(transport)]);
      expect(performance.now() - since).toBeLessThan(200);
      for (const error of next)
        expect(error).toMatchObject({
          code: 'connection-timed-out',
          message: expect.stringMatching(
            /did not say a word within 0\.3 s\. It is tried again in 0\.\d s\.$/,
          ),
          retryAfterMs: expect.any(Number),
          hint: expect.any(String),
        });
      expect(asked()).toBe(1);
      clock.ms += 500;
      expect(await Promise.all([refusal(transport), refusal(transport)])).toMatchObject([
        { code: 'connection-timed-out' },
        { code: 'connection-timed-out' },
      ]);
      expect(asked()).toBe(2);
    } finally {
      await node.thaw();
    }
    expect(await refusal(transport)).toMatchObject({ code: 'connection-timed-out' });
    clock.ms += 10_000;
    const back = await Promise.all([1, 2, 3].map(() => collected(transport, 'echo back')));
    expect(back.map(({ stdout }) => stdout)).toEqual(['back\n', 'back\n', 'back\n']);
    expect(asked()).toBe(3);
  });

  it('is the same for every name and user that lead there', async () => {
    const { transport, asked } = counted();
    await node.freeze();
    try {
      await refusal(transport);
      expect(await refusal(transport, 'true', { ...target(), user: 'nobody' })).toMatchObject({
        code: 'connection-timed-out',
        retryAfterMs: expect.any(Number),
      });
      expect(asked()).toBe(1);
    } finally {
      await node.thaw();
    }
  });

  it('is not one that is asked while a call is cancelled, nor one that refuses a user', async () => {
    const { transport } = counted({ connectTimeoutMs: 20_000 });
    await node.freeze();
    const controller = new AbortController();
    const running = transport.run(target(), { command: 'true', signal: controller.signal });
    controller.abort();
    expect((await running).exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
    await node.thaw();
    expect(await refusal(transport, 'true', { ...target(), user: 'nobody' })).toMatchObject({
      code: 'authentication-failed',
    });
    expect(await refusal(transport, 'exit 7')).toEqual({ kind: 'exited', code: 7 });
  });
});

describe('host keys', () => {
  const rows = async (file: string) => (await readFile(file, 'utf8')).split('\n').filter(Boolean);

  it('refuses an unknown one where that is asked for', async () => {
    const transport = open({ hostKeys: 'strict', knownHostsFile: join(folder, 'none') });
    expect(await refusal(transport)).toMatchObject({ code: 'host-key-unknown', hint: expect.any(String) });
    await expect(readFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('records an unknown one so that ssh-keygen finds it, once', async () => {
    const file = join(folder, 'new', 'known_hosts');
    const over = { knownHostsFile: file, attempts: 1 };
    await open(over).run(target(), { command: 'true' });
    await open(over).run(target(), { command: 'true' });
    expect(execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${node.port}`, '-f', file]).toString()).toContain(
      (await readFile(`${node.hostKeyFile}.pub`, 'utf8')).split(' ')[1],
    );
    expect(await rows(file)).toHaveLength(1);
  });

  it('connects where it cannot be written down, and says so', async () => {
    const notices: string[] = [];
    const transport = open({
      knownHostsFile: '/dev/null/known_hosts',
      onNotice: (_target, message) => notices.push(message),
    });
    expect((await transport.run(target(), { command: 'true' })).exit).toEqual({ kind: 'exited', code: 0 });
    expect(notices.join()).toContain('/dev/null/known_hosts');
  });

  it('refuses a changed one, and runs nothing', async () => {
    const file = join(folder, 'known_hosts');
    await writeFile(file, `# a comment\n${await readFile(lab.knownHostsFile, 'utf8')}`);
    const print = (key: string) =>
      execFileSync('ssh-keygen', ['-l', '-f', key]).toString().split(' ')[1] ?? 'none';
    const before = print(`${node.hostKeyFile}.pub`);
    await node.rekey();
    const after = print(`${node.hostKeyFile}.pub`);
    const ran = join(folder, 'ran');
    expect(await refusal(open({ knownHostsFile: file, attempts: 2 }), `touch ${ran}`)).toMatchObject({
      code: 'host-key-changed',
      message: expect.stringMatching(new RegExp(`${escaped(after)}.*${escaped(before)}.*known_hosts:2\\b`)),
      hint: expect.stringContaining('line 2'),
    });
    await expect(readFile(ran)).rejects.toMatchObject({ code: 'ENOENT' });
    // The others go on with the new key.
    await writeFile(
      lab.knownHostsFile,
      `[127.0.0.1]:${node.port} ${await readFile(`${node.hostKeyFile}.pub`, 'utf8')}`,
    );
  });
});

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

describe('while a command runs', () => {
  it('notices that the host has frozen', async () => {
    const transport = open({ keepaliveMs: 200 });
    const started = moment();
    const running = transport.run(target(), { command: 'sleep 1000', onStart: () => started.resolve() });
    await started.promise;
    const since = performance.now();
    await node.freeze();
    try {
      expect((await running).exit).toEqual({ kind: 'lost' });
      expect(performance.now() - since).toBeLessThan(8_000);
    } finally {
      await node.thaw();
    }
    expect((await transport.run(target(), { command: 'exit 5' })).exit).toEqual({ kind: 'exited', code: 5 });
  });

  it('calls a command lost whose connection is cut, whatever it had said', async () => {
    const transport = open();
    const spoke = moment();
    let bytes = 0;
    const running = transport.run(target(), {
      command: 'echo begun; sleep 1000',
      onOutput: (_stream, chunk) => {
        bytes += chunk.length;
        spoke.resolve();
      },
    });
    await spoke.promise;
    await node.dropConnections();
    expect((await running).exit).toEqual({ kind: 'lost' });
    expect(bytes).toBe('begun\n'.length);
    expect(transport.connections).toBe(0);
  });

  it('gives what came before a cut in the middle of output, in order, and nothing after the end', async () => {
    const transport = open();
    const enough = moment();
    const chunks: Buffer[] = [];
    let over = false;
    const running = transport.run(target(), {
      command: 'seq 1 100000000',
      onOutput: (_stream, chunk) => {
        expect(over).toBe(false);
        if (chunks.push(chunk) > 100) enough.resolve();
      },
    });
    await enough.promise;
    await node.dropConnections();
    expect((await running).exit).toEqual({ kind: 'lost' });
    over = true;
    const said = Buffer.concat(chunks).toString();
    const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.findIndex((line, index) => line !== String(index + 1))).toBe(-1);
    expect((await collected(transport, 'echo on')).stdout).toBe('on\n');
  });

  it('does not hang when the connection is cut while it cancels', async () => {
    const controller = new AbortController();
    const started = moment();
    const running = open().run(target(), {
      command: `trap '' INT TERM; while :; do sleep 0.05; done`,
      signal: controller.signal,
      onStart: () => started.resolve(),
    });
    await started.promise;
    controller.abort();
    await node.dropConnections();
    const { exit } = await running;
    expect(exit.kind).toMatch(/^(cancelled|lost)$/);
    if (exit.kind === 'cancelled') expect(exit.stopped).toMatch(/^(unknown|yes)$/);
  });

  it('does not know whether a command has ended on a host that is dead when it is cancelled', async () => {
    const controller = new AbortController();
    const started = moment();
    const running = open({ connectTimeoutMs: 300, keepaliveMs: 200 }).run(target(), {
      command: 'sleep 1000',
      signal: controller.signal,
      onStart: () => started.resolve(),
    });
    await started.promise;
    await node.freeze();
    try {
      controller.abort();
      expect((await running).exit).toEqual({ kind: 'cancelled', stopped: 'unknown' });
    } finally {
      await node.thaw();
    }
  });

  it('ends its commands when it is closed, and says that their end was not seen', async () => {
    const transport = open();
    const started = moment();
    const running = transport.run(target(), { command: 'sleep 1000', onStart: () => started.resolve() });
    await started.promise;
    transport.close();
    expect((await running).exit).toEqual({ kind: 'lost' });
  });

  it('knows that nothing ran where the server was gone before it heard of the command', async () => {
    const transport = open();
    await transport.run(target(), { command: 'true' });
    await node.stop();
    // At once: the connection’s end has not been read yet.
    const dead = refusal(transport);
    await expect(dead).resolves.toMatchObject({ code: 'connection-refused' });
    await node.start();
    const again = transport.run(target(), { command: 'exit 6' });
    expect((await again).exit).toEqual({ kind: 'exited', code: 6 });
  });

  it('calls all that ran lost when the server is started anew, and runs what comes then', async () => {
    const transport = open();
    const starts = Array.from({ length: 20 }, () => moment());
    const running = starts.map((start) =>
      transport.run(target(), { command: 'sleep 1000', onStart: () => start.resolve() }),
    );
    await Promise.all(starts.map(({ promise }) => promise));
    await node.stop();
    await node.start();
    const exits = (await Promise.all(running)).map(({ exit }) => exit);
    expect(exits).toEqual(exits.map(() => ({ kind: 'lost' })));
    expect((await transport.run(target(), { command: 'exit 5' })).exit).toEqual({ kind: 'exited', code: 5 });
  });

  it('goes on with a new connection after the server was started anew', async () => {
    const transport = open();
    await transport.run(target(), { command: 'true' });
    await node.stop();
    await node.start();
    expect(await collected(transport, 'echo again')).toMatchObject({ stdout: 'again\n' });
  });
});

describe('a connection that falls silent', () => {
  /** Through which some bytes may no longer pass. */
  async function startRelay() {
    const pairs: [Socket, Socket][] = [];
    const wedged: [Socket, Socket][] = [];
    const relay = createServer((near) => {
      const far = connect({ host: node.host, port: node.port, noDelay: true });
      pairs.push([near.setNoDelay(), far]);
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    const { port } = relay.address() as AddressInfo;
    return {
      over: {
        keepaliveMs: 600_000, // else that would notice in the end
        openSocket: (destination, signal) => openSocket({ ...destination, port }, signal),
      } satisfies Partial<TransportOptions>,
      wedge() {
        for (const [near, far] of pairs) {
          near.unpipe(far).pause();
          far.unpipe(near).pause();
          wedged.push([near, far]);
        }
      },
      release() {
        for (const [near, far] of wedged.splice(0)) near.pipe(far).pipe(near);
      },
      count: () => pairs.length,
      [Symbol.asyncDispose]: async () => {
        for (const socket of pairs.flat()) socket.destroy();
        await new Promise((resolve) => relay.close(resolve));
      },
    };
  }

  it('gives up its calls to another one where nothing has begun on it', async () => {
    await using relay = await startRelay();
    const transport = open(relay.over);
    await transport.run(target(), { command: 'true' });
    relay.wedge();
    const ran = join(folder, 'ran-once');
    const calls = [5, 6].map((code) => refusal(transport, `echo >>${ran}; exit ${code}`));
    expect(await Promise.all(calls)).toEqual([5, 6].map((code) => ({ kind: 'exited', code })));
    relay.release();
    expect(await readFile(ran, 'utf8')).toBe('\n\n');
    expect([transport.connections, relay.count()]).toEqual([1, 2]);
  });

  it('keeps what has begun on it, and does not hold up what comes then', async () => {
    await using relay = await startRelay();
    const transport = open(relay.over);
    const started = moment();
    const running = transport.run(target(), {
      command: `until [ -e ${join(folder, 'over')} ]; do sleep 0.05; done; exit 7`,
      onStart: () => started.resolve(),
    });
    await started.promise;
    relay.wedge();
    const waiting = refusal(transport, 'exit 8');
    await expect.poll(() => transport.connections, { timeout: 20_000 }).toBe(2);
    expect(await refusal(transport, 'exit 9')).toEqual({ kind: 'exited', code: 9 });
    relay.release();
    await writeFile(join(folder, 'over'), '');
    expect(await waiting).toEqual({ kind: 'exited', code: 8 });
    expect((await running).exit).toEqual({ kind: 'exited', code: 7 });
  });

  it('tells of a host that has frozen, long before it would be noticed', async () => {
    const transport = open({ keepaliveMs: 600_000, connectTimeoutMs: 300 });
    await transport.run(target(), { command: 'true' });
    await node.freeze();
    try {
      expect(await refusal(transport)).toMatchObject({ code: 'connection-timed-out' });
    } finally {
      await node.thaw();
    }
  });
});

describe('afterwards', () => {
  it.each(['idle', 'frozen', 'at work'])('leaves no socket after close: %s', async (state) => {
    const sockets: Socket[] = [];
    const transport = open({
      openSocket: async (destination, signal) => {
        const socket = await openSocket(destination, signal);
        sockets.push(socket);
        return socket;
      },
    });
    await transport.run(target(), { command: 'true' });
    const started = moment();
    const command = state === 'at work' ? 'sleep 1000' : ':';
    const running = transport.run(target(), { command, onStart: () => started.resolve() });
    await (state === 'at work' ? started.promise : running);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false]);
    if (state === 'frozen') await node.freeze();
    try {
      transport.close();
      await expect.poll(() => sockets[0]?.destroyed, { timeout: 5_000 }).toBe(true);
    } finally {
      await node.thaw();
    }
    expect((await running).exit.kind).toBe(state === 'at work' ? 'lost' : 'exited');
  });

  it('closes a connection that nobody uses', async () => {
    const transport = open({ idleMs: 100 });
    await transport.greeting(target());
    expect(transport.connections).toBe(1);
    await expect.poll(() => transport.connections, { timeout: 5_000 }).toBe(0);
    await transport.run(target(), { command: 'true' });
    await expect.poll(() => transport.connections, { timeout: 5_000 }).toBe(0);
    expect(await collected(transport, 'echo back')).toMatchObject({ stdout: 'back\n' });
  });
});
