import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyPair, startEmbeddedServer, type EmbeddedServer } from './index.js';
import { waitUntil } from './wait-until.js';

const hostKey = createKeyPair('host');
const userKey = createKeyPair('user');
let home: string;
let server: EmbeddedServer;
let client: Client;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cluster-execution-embedded-'));
  server = await startEmbeddedServer({
    host: '127.0.0.1',
    hostKey: hostKey.privateKey,
    authorizedKey: userKey.publicKey,
    home,
    user: 'dev',
    shell: '/bin/sh',
    env: { ADDED: 'yes' },
  });
  client = new ssh2.Client();
  client.connect({ host: '127.0.0.1', port: server.port, username: 'dev', privateKey: userKey.privateKey });
  await once(client, 'ready');
});
afterAll(async () => {
  const closed = once(client, 'close');
  client.end();
  await closed; // or the server's end would reset the connection under it
  await server.close();
  await rm(home, { recursive: true, force: true });
});

function open(command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

async function run(command: string, input: string | Buffer = '', onStart?: (channel: ClientChannel) => void) {
  const channel = await open(command);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exit: unknown[] = [];
  channel.on('data', (bytes: Buffer) => stdout.push(bytes));
  channel.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  channel.on('exit', (...args: unknown[]) => {
    exit = args;
  });
  onStart?.(channel);
  if (onStart === undefined) channel.end(input);
  await once(channel, 'close');
  return { exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

test('exit code, both outputs, input, environment and folder', async () => {
  const { exit, stdout, stderr } = await run(
    'cat; pwd; echo $HOME $USER $ADDED; echo no >&2; exit 9',
    'in\n',
  );
  expect(exit[0]).toBe(9);
  expect(stdout.toString()).toBe(`in\n${home}\n${home} dev yes\n`);
  expect(stderr.toString()).toBe('no\n');
});

test('a command that ends by a signal says which', async () => {
  const { exit } = await run('kill -USR1 $$');
  expect(exit.slice(0, 2)).toEqual([null, 'SIGUSR1']);
});

test('a signal request reaches the process group', async () => {
  const { exit } = await run('echo started; sleep 300', '', (channel) => {
    channel.once('data', () => channel.signal('TERM'));
  });
  expect(exit.slice(0, 2)).toEqual([null, 'SIGTERM']);
  expect(server.processes()).toEqual([]);
});

test('ten commands at once on one connection', async () => {
  const numbers = Array.from({ length: 10 }, (_, index) => index);
  const answers = await Promise.all(numbers.map((number) => run(`cat; exit ${number}`, `in ${number}`)));
  expect(answers.map((answer) => answer.exit[0])).toEqual(numbers);
  expect(answers.map((answer) => answer.stdout.toString())).toEqual(numbers.map((number) => `in ${number}`));
});

test('50 MB of input come back intact', async () => {
  const bytes = Buffer.alloc(50_000_000);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(at, at);
  const { exit, stdout } = await run('cat', bytes);
  expect(exit[0]).toBe(0);
  expect(stdout.equals(bytes)).toBe(true);
});

test('50 MB over both outputs at once, each intact', async () => {
  const lines = 3_600_000;
  const { exit, stdout, stderr } = await run(`seq 1 ${lines} & seq 1 ${lines} >&2; wait`);
  expect(exit[0]).toBe(0);
  const expected = Buffer.from(Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join(''));
  expect(stdout.equals(expected)).toBe(true);
  expect(stderr.equals(expected)).toBe(true);
});

test('a client that reads in gulps, so that the window is often shut, gets both outputs intact', async () => {
  // In turns, and longer than the window: now the one output waits for it, now the other.
  const lines = 900_000;
  const turns = 3;
  const channel = await open(`for turn in 1 2 3; do seq 1 ${lines}; seq 1 ${lines} >&2; done`);
  const streams = [channel, channel.stderr];
  const taken: Buffer[][] = [[], []];
  let seen = 0;
  let over = false;
  channel.once('exit', () => {
    over = true;
  });
  const turn = Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join('');
  const expected = Buffer.from(turn.repeat(turns));
  const complete = await waitUntil(
    () => {
      const waiting = streams.reduce((sum, stream) => sum + stream.readableLength, 0);
      const growing = waiting === 0 || waiting !== seen;
      seen = waiting;
      if (!over && growing) return undefined; // not shut yet
      for (const [index, stream] of streams.entries()) {
        const bytes: unknown = stream.read();
        if (Buffer.isBuffer(bytes)) taken[index]?.push(bytes);
      }
      const sum = taken.flat().reduce((total, bytes) => total + bytes.length, 0);
      return sum >= 2 * expected.length ? true : undefined;
    },
    { timeoutMs: 15_000, everyMs: 20 },
  );
  expect(complete).toBe(true);
  expect(taken.map((chunks) => Buffer.concat(chunks).equals(expected))).toEqual([true, true]);
  channel.resume();
  channel.stderr.resume();
});

test('a closed channel kills nothing; a closed server leaves nothing', async () => {
  const own = await startEmbeddedServer({
    host: '127.0.0.1',
    hostKey: hostKey.privateKey,
    authorizedKey: userKey.publicKey,
    home,
    user: 'dev',
    shell: '/bin/sh',
  });
  const other = new ssh2.Client();
  other.connect({ host: '127.0.0.1', port: own.port, username: 'dev', privateKey: userKey.privateKey });
  await once(other, 'ready');
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    other.exec('echo started; sleep 300; true', (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await once(channel, 'data');
  channel.close();
  await once(channel, 'close');
  expect(own.processes()).not.toEqual([]);
  const reset = once(other, 'error');
  await own.close();
  expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(await waitUntil(() => (own.processes().length === 0 ? true : undefined), { timeoutMs: 1000 })).toBe(
    true,
  );
});

test.each([
  ['another key', { username: 'dev', privateKey: createKeyPair('x').privateKey }],
  ['another user', { username: 'root2', privateKey: userKey.privateKey }],
  ['a password', { username: 'dev', password: 'dev' }],
])('%s is refused', async (_, credentials) => {
  const refused = new ssh2.Client();
  const failed = once(refused, 'error');
  refused.connect({ host: '127.0.0.1', port: server.port, ...credentials });
  const [error]: unknown[] = await failed;
  expect(error).toMatchObject({ level: 'client-authentication' });
  refused.end();
});

test('a terminal and a subsystem are refused, and the connection goes on', async () => {
  await expect(
    new Promise((resolve, reject) => {
      client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
    }),
  ).rejects.toThrow('Unable to start subsystem: sftp');
  await expect(
    new Promise((resolve, reject) => {
      client.exec('true', { pty: true }, (error, channel) => (error ? reject(error) : resolve(channel)));
    }),
  ).rejects.toThrow('Unable to request a pseudo-terminal');
  expect((await run('exit 4')).exit[0]).toBe(4);
});

test('an address that others could reach is refused', async () => {
  const options = { hostKey: '', authorizedKey: '', home, user: 'dev' };
  await expect(startEmbeddedServer({ host: '0.0.0.0', ...options })).rejects.toMatchObject({
    code: 'not-loopback',
  });
});
