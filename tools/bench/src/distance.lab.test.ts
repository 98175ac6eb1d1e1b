import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createBelongings } from './belongings.js';
import { openRelay } from './distance.js';

test('a relay carries bytes both ways in order, each way as late as asked for, and the end too', async () => {
  const belongings = createBelongings();
  onTestFinished(() => belongings.end());
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => void echo.close());
  await once(echo, 'listening');
  const port = await openRelay(belongings, (echo.address() as AddressInfo).port, 40);
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const startedAt = performance.now();
  for (let index = 0; index < 100; index += 1) socket.write(`${index}\n`);
  await once(socket, 'data');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(80);
  socket.end('last\n');
  await once(socket, 'end');
  const numbers = Array.from({ length: 100 }, (_, index) => `${index}\n`);
  expect(Buffer.concat(chunks).toString()).toBe(`${numbers.join('')}last\n`);
});
