import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createKeyPair } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { setUpNode } from './testing/node.js';

const { here, start, open, lab, node, target, refusal } = setUpNode();

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

/** Somebody who does with each connection what `greet` does. */
async function listen(greet: (socket: Socket) => void) {
  const server = createServer(greet);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    [Symbol.dispose]: () => void server.close(),
  };
}

describe('before a command starts', () => {
  it('says that a host refuses', async () => {
    await node().stop();
    expect(await refusal(open())).toMatchObject({
      name: 'TransportError',
      code: 'connection-refused',
      message: expect.stringContaining(`127.0.0.1 port ${node().port}`),
      hint: expect.stringContaining('sshd'),
    });
  });

  it('tries as often as it is told to', async () => {
    await node().stop();
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
    using silent = await listen(() => undefined);
    const since = performance.now();
    expect(await refusal(open({ connectTimeoutMs: 300 }), 'true', silent.target)).toMatchObject({
      code: 'connection-timed-out',
      message: expect.stringContaining('did not say a word'),
      hint: expect.any(String),
    });
    expect(performance.now() - since).toBeLessThan(3_000);
  });

  it('gives up on a host that says its name and then nothing', async () => {
    using mute = await listen((socket) => void socket.write('SSH-2.0-mute\r\n'));
    expect(await refusal(open({ handshakeTimeoutMs: 300 }), 'true', mute.target)).toMatchObject({
      code: 'connection-timed-out',
      message: expect.stringContaining('did not finish the handshake'),
    });
  });

  it('says what is no SSH server', async () => {
    using web = await listen((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await refusal(open(), 'true', web.target)).toMatchObject({
      code: 'handshake-failed',
    });
  });

  it('gives up on a frozen sshd', async () => {
    await node().freeze();
    try {
      expect(await refusal(open({ connectTimeoutMs: 300 }))).toMatchObject({ code: 'connection-timed-out' });
    } finally {
      await node().thaw();
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
      hint: expect.stringContaining('as its fallback'),
    });
  });

  it('does not wait for a host when the command is cancelled meanwhile', async () => {
    await node().freeze();
    try {
      const controller = new AbortController();
      const since = performance.now();
      const running = open().run(target(), { command: 'true', signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      expect(await running).toEqual({ exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 });
      expect(performance.now() - since).toBeLessThan(5_000);
    } finally {
      await node().thaw();
    }
  });

  it('says that no key was taken, and which files could not be used', async () => {
    const stranger = here('stranger');
    await writeFile(stranger, createKeyPair('stranger').privateKey, { mode: 0o600 });
    expect(await refusal(open({ identityFiles: [stranger] }))).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining(lab().user),
      hint: expect.stringMatching(/authorized_keys/),
    });
    expect(await refusal(open(), 'true', { ...target(), user: 'nobody' })).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining('nobody'),
    });
  });

  it('does not claim that a forced command was ours', async () => {
    const forced = await start({
      homes: false,
      sshdExtra: () => ['ForceCommand /bin/echo only this'],
    });
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
    const unreadable = here('unreadable');
    await mkdir(unreadable, { recursive: true });
    expect(await refusal(open({ knownHostsFile: unreadable }))).toMatchObject({
      name: 'TransportError',
      code: 'known-hosts-unreadable',
      message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1 port ${node().port} .*${unreadable}`)),
      hint: expect.stringContaining('ls -l'),
    });
  });

  it('says which node does not answer', async () => {
    const none = await start({ sshdExtra: () => ['ForceCommand exec sleep 1000'] });
    const { host, port } = none.node('n1');
    const over = { identityFiles: [none.identityFile], knownHostsFile: none.knownHostsFile };
    const silent = open({ ...over, connectTimeoutMs: 2_000, handshakeTimeoutMs: 1_000 });
    expect(await refusal(silent, 'true', { host, port })).toMatchObject({
      code: 'shell-failed',
      message: expect.stringContaining(`127.0.0.1 port ${port} did not answer a question`),
      hint: expect.stringContaining('ssh NODE true'),
    });
  }, 40_000);
});
