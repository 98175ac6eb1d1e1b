import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from './connection/stream.js';
import type { TransportOptions } from './options.js';
import { setUpLabs } from './testing/labs.js';
import { createTransport, type Transport } from './transport.js';

/** Directives of the user's SSH configuration that show only on the wire. */
const { here, keep, configurationOf } = setUpLabs('configured');
let lab: Lab;
let node: LabNode;

beforeAll(async () => {
  lab = await startLab({ nodes: 1, sshdExtra: () => ['AcceptEnv LANG LC_* GIVEN'] });
  node = lab.node('n1');
});
afterAll(() => lab.close());
beforeEach(() => mkdir(here('.ssh')));

/** A transport with `lines` for the host `n1`, and no option that would come before what they say. */
function open(lines: readonly string[], over: Partial<TransportOptions> = {}): Transport {
  const text = ['Host n1', ...lines, `HostName ${node.host}`, `Port ${node.port}`].join('\n');
  return keep(
    createTransport({
      localUser: lab.user,
      home: here(),
      configuration: configurationOf(lab, text),
      identityFiles: [lab.identityFile],
      environment: 'plain',
      handshakeTimeoutMs: 20_000,
      attempts: 1,
      ...over,
    }),
  );
}

async function printed(transport: Transport, command: string): Promise<string> {
  const chunks: Buffer[] = [];
  const { exit } = await transport.run(
    { host: 'n1' },
    { command, onOutput: (stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)) },
  );
  expect(exit).toEqual({ kind: 'exited', code: 0 });
  return Buffer.concat(chunks).toString();
}

/** How a command ends, or what it is refused with. */
const ending = (transport: Transport): Promise<unknown> =>
  transport.run({ host: 'n1' }, { command: 'exit 3' }).then(
    ({ exit }) => exit,
    (error: unknown) => error,
  );
const ran = { kind: 'exited', code: 3 };

/** A server that accepts and says nothing. */
async function listen(host: string, port = 0) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy()).resume();
  });
  await once(server.listen(port, host), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('SetEnv and SendEnv', () => {
  const localEnvironment = { LANG: 'xx_XX', LC_ALL: 'yy', LC_TIME: "it's", GIVEN: 'ours', SECRET: 'ours' };
  const show = 'echo "$LANG|$LC_TIME|$LC_ALL|$GIVEN|$SECRET"';

  it('send what they name and sshd accepts; what it refuses fails no command', async () => {
    const lines = ['SendEnv LANG LC_* SECRET', 'SendEnv -LC_ALL', 'SetEnv GIVEN="two words" ALSO_REFUSED=1'];
    // SendEnv - takes away names and patterns as they were written, so LC_ALL is still meant by LC_*, as in ssh.
    expect(await printed(open(lines, { localEnvironment }), show)).toBe("xx_XX|it's|yy|two words|\n");
  });

  it('SetEnv wins over SendEnv', async () => {
    const lines = ['SendEnv GIVEN', 'SetEnv GIVEN=set'];
    expect(await printed(open(lines, { localEnvironment }), show)).toBe('|||set|\n');
  });

  it('send nothing unless they are set, and nothing of an environment that was not handed in', async () => {
    expect(await printed(open([], { localEnvironment }), show)).toBe('||||\n');
    expect(await printed(open(['SendEnv *']), show)).toBe('||||\n');
  });

  it('are no part of the environment that is kept on the node', async () => {
    const lines = ['SetEnv GIVEN=sent LC_TIME=sent'];
    await writeFile(join(node.home, '.profile'), 'export LC_TIME=own OF_THE_NODE=1\n');
    const own = 'echo "$GIVEN $LC_TIME $OF_THE_NODE"';
    expect(await printed(open(lines, { environment: 'user' }), own)).toBe('sent own 1\n');
    expect(await printed(open([], { environment: 'user' }), own)).toBe(' own 1\n');
    expect(await readFile(join(node.home, '.cache/cluster-execution/environment'), 'utf8')).not.toContain(
      'GIVEN',
    );
    await Promise.all(['.profile', '.cache'].map((name) => rm(join(node.home, name), { recursive: true })));
  });

  it('cost no round trip', async () => {
    const without = await sentPieces([]);
    const many = await sentPieces(['SetEnv GIVEN=1 LANG=2 LC_A=3 LC_B=4 LC_C=5 LC_D=6 REFUSED=7']);
    expect(many).toBeLessThanOrEqual(without + 1);
  });

  /** How many pieces a command sends on an open connection: one more for each answer that it waits for. */
  async function sentPieces(lines: readonly string[]): Promise<number> {
    let pieces = 0;
    const transport = open(lines, {
      openSocket: async (destination, signal) => {
        const socket = await openSocket(destination, signal);
        const uncork = socket.uncork.bind(socket);
        socket.uncork = () => {
          pieces += 1;
          uncork();
        };
        return socket;
      },
    });
    await printed(transport, ':');
    pieces = 0;
    await printed(transport, ':');
    return pieces;
  }
});

describe('ServerAliveInterval and ServerAliveCountMax', () => {
  it('say when a silent node is given up', async () => {
    const transport = open(['ServerAliveInterval 1', 'ServerAliveCountMax 1']);
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const running = transport.run({ host: 'n1' }, { command: 'sleep 1000', onStart: () => begin() });
    await begun;
    const since = performance.now();
    await node.freeze();
    try {
      expect((await running).exit).toEqual({ kind: 'lost' });
      expect(performance.now() - since).toBeLessThan(10_000); // ours would be 14
    } finally {
      await node.thaw();
    }
  });
});

describe('ConnectTimeout', () => {
  it('is how long a server may take to say its first words', async () => {
    await using mute = await listen('127.0.0.1');
    const there = [`Port ${mute.port}`];
    expect(await ending(open([...there, 'ConnectTimeout 1']))).toMatchObject({
      code: 'connection-timed-out',
      message: expect.stringContaining('within 1 s'),
    });
    expect(await ending(open(there))).toMatchObject({
      code: 'connection-timed-out',
      message: expect.stringContaining('within 2 s'),
    });
  });
});

describe('AddressFamily', () => {
  it('takes addresses of that family, and no others', async () => {
    await using six = await listen('::1', node.port);
    expect(await ending(open(['AddressFamily inet', 'HostName localhost']))).toEqual(ran);
    expect(await ending(open(['AddressFamily inet']))).toEqual(ran);
    expect(await ending(open(['AddressFamily inet', 'HostName ::1']))).toMatchObject({
      code: 'host-not-found',
      message: expect.stringContaining('IPv4'),
    });
    expect(six.connections()).toBe(0);
    expect(await ending(open(['AddressFamily inet6']))).toMatchObject({ code: 'host-not-found' });
    expect(await ending(open(['AddressFamily inet6', 'HostName ::1', 'ConnectTimeout 1']))).toMatchObject({
      code: 'connection-timed-out',
    });
    expect(six.connections()).toBe(1);
  });
});

describe('known hosts', () => {
  const strict = ['StrictHostKeyChecking yes'];
  const keyFile = async (path: string) => writeFile(path, await readFile(lab.knownHostsFile));

  it('are refused where no file has them', async () => {
    expect(await ending(open(strict))).toMatchObject({ code: 'host-key-unknown' });
  });

  it.each(['known_hosts', 'known_hosts2'])('are read from ~/.ssh/%s', async (name) => {
    await keyFile(here('.ssh', name));
    expect(await ending(open(strict))).toEqual(ran);
  });

  it.each(['UserKnownHostsFile', 'GlobalKnownHostsFile'])(
    'are read from all files of %s',
    async (keyword) => {
      await keyFile(here('second'));
      const files = `${keyword} ${here('first')} ${here('second')}`;
      expect(await ending(open([...strict, files]))).toEqual(ran);
    },
  );

  it('are written to the first of the user’s files, and no global one', async () => {
    const [first, second, global] = ['first', 'second', 'global'].map((name) => here(name));
    const files = [`UserKnownHostsFile ${first} ${second}`, `GlobalKnownHostsFile ${global}`];
    expect(await ending(open(files))).toEqual(ran);
    expect(await readFile(first ?? '', 'utf8')).toContain(`[127.0.0.1]:${node.port} ssh-ed25519 `);
    await expect(readFile(second ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(global ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
