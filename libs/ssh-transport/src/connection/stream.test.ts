import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSocket } from './stream.js';

const server = createServer((socket) => socket.end());
let port: number;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

const signal = new AbortController().signal;
const nowhere = 'no-such-node.invalid'; // RFC 2606

test('goes to the fallback where the name leads nowhere', async () => {
  const socket = await openSocket({ host: nowhere, port, fallback: '127.0.0.1', timeoutMs: 20_000 }, signal);
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
});

test('does not where the name leads somewhere, and nobody answers there', async () => {
  const asked = openSocket({ host: '127.0.0.1', port: 1, fallback: nowhere, timeoutMs: 20_000 }, signal);
  await expect(asked).rejects.toMatchObject({ code: 'connection-refused' });
});

test('says which of both leads nowhere', async () => {
  const asked = openSocket({ host: nowhere, port, fallback: 'nor-this.invalid', timeoutMs: 20_000 }, signal);
  await expect(asked).rejects.toMatchObject({
    code: 'host-not-found',
    message: expect.stringContaining('nor-this'),
  });
});
