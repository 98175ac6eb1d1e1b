import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { blobOf, setUpIdentities } from './testing/identities.js';

const { path, agent, add, gather, shown } = setUpIdentities();

describe('order, as OpenSSH offers keys', () => {
  test('files that the agent holds, its other keys, files that it does not hold', async () => {
    add('d', 'c', 'b');
    const { identities, notes } = await gather(['a', 'b', 'c']);
    expect(shown(identities)).toEqual(['agent:c', 'agent:b', 'agent:comment d', 'file:a']);
    expect(notes).toEqual([]);
  });

  test('the same order as ssh', async () => {
    add('d', 'c', 'b');
    const config = path('config');
    writeFileSync(
      config,
      `ProxyCommand none\nIdentityAgent ${agent().socket}\n${['a', 'b', 'c'].map((name) => `IdentityFile ${path(name)}\n`).join('')}`,
    );
    const offered = await offeredBySsh(config);
    const blobs = (await gather(['a', 'b', 'c'])).identities.map(({ method }) => blobOf(method));
    expect(await Promise.all(blobs)).toEqual(offered);
  });

  test('IdentitiesOnly leaves the others out', async () => {
    add('d', 'c', 'b');
    const { identities } = await gather(['a', 'b'], { identitiesOnly: true });
    expect(shown(identities)).toEqual(['agent:b', 'file:a']);
  });

  test('default files where none is configured, in silence where they are missing', async () => {
    add('b');
    const defaultFiles = [path('missing'), path('a'), path('b')];
    expect(await gather([], { defaultFiles })).toMatchObject({ notes: [] });
    expect(shown((await gather([], { defaultFiles })).identities)).toEqual(['agent:b', 'file:a']);
    expect(shown((await gather(['c'], { defaultFiles })).identities)).toEqual(['agent:comment b', 'file:c']);
    expect(shown((await gather(['none'], { defaultFiles })).identities)).toEqual(['agent:comment b']);
  });

  test('each key once, however many files hold it', async () => {
    copyFileSync(path('a'), path('a-again'));
    expect(shown((await gather(['a', 'a', 'a-again'])).identities)).toEqual(['file:a']);
  });

  test('an encrypted key, a public key alone and a key beside its .pub are found in the agent', async () => {
    add('a', 'b', 'c');
    copyFileSync(path('c.pub'), path('only.pub'));
    const { identities, notes } = await gather(['locked', 'b.pub', 'only'], { identitiesOnly: true });
    expect(shown(identities)).toEqual(['agent:locked', 'agent:b.pub', 'agent:only']);
    expect(notes).toEqual([]);
  });
});

/** Blobs in the order in which ssh offers them to a server that takes none of them. */
async function offeredBySsh(config: string): Promise<string[]> {
  const offered: string[] = [];
  const server = new ssh2.Server({ hostKeys: [readFileSync(path('d'))] }, (client) => {
    client.on('error', () => client.end());
    client.on('authentication', (context) => {
      if (context.method === 'publickey') offered.push(context.key.data.toString('base64'));
      context.reject(['publickey']);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' && address !== null ? address.port : 0);
  const options = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'BatchMode=yes',
    '-o',
    'LogLevel=ERROR',
  ];
  const child = spawn('ssh', ['-F', config, ...options, '-p', port, '127.0.0.1', 'true'], {
    stdio: 'ignore',
  });
  await once(child, 'exit');
  server.close();
  return offered;
}
