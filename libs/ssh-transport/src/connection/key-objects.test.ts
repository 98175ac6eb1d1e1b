import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { keepKeyObjects } from './key-objects.js';

/** A server that lets anybody in, and answers each command with its own words. */
async function startServer() {
  const hostKeys = [ssh2.utils.generateKeyPairSync('ed25519').private];
  const clients: ssh2.Connection[] = [];
  const server = new ssh2.Server({ hostKeys }, (client) => {
    clients.push(client);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        channel.write(command);
        channel.exit(0);
        channel.end();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, rekey: () => clients[0]?.rekey() };
}

async function open(port: number, cipher: ssh2.CipherAlgorithm): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  keepKeyObjects(client);
  const sock = connect({ host: '127.0.0.1', port });
  onTestFinished(() => void sock.destroy());
  client.connect({ sock, username: 'anybody', algorithms: { cipher: [cipher] } });
  await once(client, 'ready');
  return client;
}

function answerTo(client: ssh2.Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      let said = '';
      channel.on('data', (chunk: Buffer) => (said += chunk.toString()));
      return channel.once('close', () => resolve(said));
    });
  });
}

/** The two keys of the connection, where ssh2 keeps them. */
function keysOf(client: ssh2.Client): unknown[] {
  const { _protocol: protocol } = client as ssh2.Client & {
    _protocol: { _cipher: { _encKey: unknown }; _decipher: { _decipherKey: unknown } };
  };
  return [protocol._cipher._encKey, protocol._decipher._decipherKey];
}

test('both keys are key objects, after another key exchange too, and what is said stays the same', async () => {
  const { port, rekey } = await startServer();
  const client = await open(port, 'aes128-gcm@openssh.com');
  const before = keysOf(client);
  expect(before).toEqual([expect.any(KeyObject), expect.any(KeyObject)]);
  expect(await answerTo(client, 'x'.repeat(20_000))).toBe('x'.repeat(20_000));
  const again = once(client, 'handshake');
  rekey();
  await again;
  expect(await answerTo(client, 'after')).toBe('after');
  const after = keysOf(client);
  expect(after).toEqual([expect.any(KeyObject), expect.any(KeyObject)]);
  expect(after.map((key, index) => key === before[index])).toEqual([false, false]);
});

test.each(['aes128-ctr', 'chacha20-poly1305@openssh.com'] as const)(
  '%s, which keeps no such keys, is left as it is',
  async (cipher) => {
    const { port } = await startServer();
    expect(await answerTo(await open(port, cipher), 'as ever')).toBe('as ever');
  },
);
