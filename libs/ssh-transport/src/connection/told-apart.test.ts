import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSshConfiguration } from '../configuration/index.js';
import type { Target, TransportOptions } from '../options.js';
import { createTransport } from '../transport.js';

let web: Server;
let port: number;
beforeEach(async () => {
  web = createServer().listen(0, '127.0.0.1');
  await once(web, 'listening');
  const address = web.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  web.close();
  await once(web, 'close');
});

async function refusal(target: Target, over: Partial<TransportOptions> = {}): Promise<unknown> {
  const transport = createTransport({
    localUser: 'me',
    home: '/nowhere',
    attempts: 1,
    connectTimeoutMs: 20_000,
    ...over,
  });
  const error = await transport.run(target, { command: 'true' }).catch((thrown: unknown) => thrown);
  transport.close();
  return error;
}

/** A host that is reached by a command; its stdin ends with the connection. */
function by(proxyCommand: string, over: Partial<TransportOptions> = {}): Promise<unknown> {
  const text = `Host behind\n  ProxyCommand ${proxyCommand}\n`;
  const configuration = loadSshConfiguration({
    files: [{ path: 'my-config' }],
    readFile: () => text,
    listFolder: () => undefined,
    home: '/nowhere',
    localUser: 'me',
    localHostname: 'here',
    env: {},
  });
  return refusal({ host: 'behind' }, { configuration, ...over });
}

test('a port where something else listens', async () => {
  expect(await refusal({ host: '127.0.0.1', port })).toMatchObject({
    code: 'handshake-failed',
    message: expect.stringMatching(/is no SSH server: it said "HTTP\/1\.1 400 Bad Request"/),
    hint: expect.stringContaining('port'),
  });
});

test('a ProxyCommand that prints something else, and goes on', async () => {
  expect(
    await by("sh -c 'echo Welcome; echo back; exec cat >/dev/null'", { handshakeTimeoutMs: 300 }),
  ).toMatchObject({
    code: 'handshake-failed',
    message: expect.stringContaining('behind is no SSH server: it said "Welcome"'),
    hint: expect.stringMatching(/echo Welcome.*my-config:2/),
  });
});

test('a ProxyCommand that complains and ends', async () => {
  expect(await by("sh -c 'echo no way there >&2; exit 7'")).toMatchObject({
    code: 'connect-failed',
    message: expect.stringMatching(/ProxyCommand to behind ended with 7, and said "no way there"\.$/),
    hint: expect.stringMatching(/no way there.*my-config:2/),
  });
});

test('of a long complaint, the end', async () => {
  const error = await by("sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i >&2; done; exit 1'");
  expect(error).toMatchObject({ message: expect.stringMatching(/line 1999\\nline 2000"\.$/) });
  expect(error instanceof Error && error.message.length).toBeLessThan(700);
});

test('a ProxyCommand that says nothing', async () => {
  expect(await by('cat >/dev/null', { connectTimeoutMs: 300 })).toMatchObject({
    code: 'connection-timed-out',
    hint: expect.stringMatching(/cat >\/dev\/null.*my-config:2/),
  });
});
