import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { afterEach, describe, expect, test } from 'vitest';
import { gatherIdentities, type IdentityInput } from './identities.js';
import { agentKeys, setUpIdentities, sign } from './testing/identities.js';
import { wireString, wireUint32 } from './wire.js';

const { path, certify, agent, add, gather, shown, publicBlob } = setUpIdentities();

describe('the agent', () => {
  test.each([
    ['a', undefined],
    ['rsa', 'sha256'],
    ['rsa', 'sha512'],
    ['ec256', undefined],
    ['ec521', undefined],
  ] as const)('signs with %s (%s)', async (name, hash) => {
    add(name);
    const method = (await gather([])).identities[0]?.method;
    if (method === undefined) throw new Error('no identity');
    const data = Buffer.from('what is signed');
    const publicKey = ssh2.utils.parseKey(publicBlob(name)) as ParsedKey;
    const signature = await sign(method, data, hash);
    // An agent's ECDSA signature is in SSH's form; ssh2 itself verifies the other one.
    if (!name.startsWith('ec')) expect(publicKey.verify(data, signature, hash)).toBe(true);
    expect(signature.length).toBeGreaterThan(60);
  });

  test('one identity shows one key, however many the agent holds', async () => {
    add('a', 'b', 'c');
    const { identities } = await gather([]);
    expect(identities).toHaveLength(3);
    for (const { method } of identities) {
      expect(await agentKeys((method as { agent: BaseAgent<ParsedKey> }).agent)).toHaveLength(1);
    }
  });

  test('certificates in it are offered', async () => {
    certify('c');
    add('c');
    const { identities, notes } = await gather([]);
    const only = await gather(['c'], { identitiesOnly: true });
    rmSync(path('c-cert.pub'));
    expect(shown(identities)).toEqual(['agent:comment c', 'agent:comment c (certificate)']);
    expect(shown(only.identities)).toEqual(['agent:c', 'agent:c-cert.pub']);
    expect(notes).toEqual([]);
  });

  test('signing with an agent that has gone is an error of its own', async () => {
    add('a');
    const method = (await gather([])).identities[0]?.method;
    await agent().end();
    if (method === undefined) throw new Error('no identity');
    await expect(sign(method, Buffer.from('x'), undefined)).rejects.toMatchObject({
      code: 'agent-unreachable',
    });
  });

  test('none is asked where there is none', async () => {
    const { agentSocket: _, ...input } = {
      user: 'ann',
      identityFiles: [path('a')],
      identitiesOnly: false,
      agentSocket: '',
    };
    expect((await gatherIdentities(input)).notes).toEqual([]);
    expect((await gather(['a'], { agentSocket: 'none' })).notes).toEqual([]);
  });

  test('a locked one shows nothing', async () => {
    add('a');
    execFileSync('ssh-add', ['-x'], {
      env: { ...agent().env, SSH_ASKPASS_REQUIRE: 'force', SSH_ASKPASS: askpass(), DISPLAY: 'none' },
      stdio: 'ignore',
    });
    expect((await gather([])).identities).toEqual([]);
  });
});

function askpass(): string {
  writeFileSync(path('askpass'), '#!/bin/sh\necho secret\n', { mode: 0o700 });
  return path('askpass');
}

describe('a bad agent costs little and is noted; the files still count', () => {
  let server: Server | undefined;
  let socket: string | undefined;
  afterEach(async () => {
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
    server = undefined;
    socket = undefined;
  });

  async function answerWith(answer: Buffer | undefined | 'close'): Promise<void> {
    socket = join(mkdtempSync(path('bad-')), 's');
    server = createServer((connection) => {
      connection.on('error', () => connection.destroy());
      connection.once('data', () => {
        if (answer === 'close') connection.end();
        else if (answer !== undefined) connection.write(answer);
      });
    });
    server.listen(socket);
    await once(server, 'listening');
  }

  async function checkNote(note: RegExp, input: Partial<IdentityInput> = {}): Promise<void> {
    const { identities, notes } = await gather(['a'], {
      ...(socket === undefined ? {} : { agentSocket: socket }),
      ...input,
    });
    expect(shown(identities)).toEqual(['file:a']);
    expect(notes).toEqual([expect.stringMatching(note)]);
  }

  test('one that is not there', () =>
    checkNote(/cannot be reached: .*ENOENT/, { agentSocket: path('no-agent') }));
  test('one that left its socket behind', async () => {
    await agent().end('SIGKILL');
    await checkNote(/cannot be reached: .*ECONNREFUSED/);
  });
  test('a silent one', async () => {
    await answerWith(undefined);
    await checkNote(/did not answer within 0\.2 s/, { agentLimitMs: 200 });
  });
  test('one that closes', async () => {
    await answerWith('close');
    await checkNote(/closed the connection/);
  });
  test('one that refuses', async () => {
    await answerWith(Buffer.concat([wireUint32(1), Buffer.from([5])]));
    await checkNote(/refused/);
  });
  test.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['another message', Buffer.concat([wireUint32(1), Buffer.from([6])])],
    ['no length', wireUint32(0)],
    ['too many keys', Buffer.concat([wireUint32(5), Buffer.from([12]), wireUint32(9)])],
  ])('one that speaks %s', async (_name, answer) => {
    await answerWith(Buffer.concat([answer, Buffer.alloc(4)]));
    await checkNote(/is no SSH agent/);
  });
  test('keys of a kind that nobody here knows are named and left out', async () => {
    const blob = Buffer.concat([wireString('ssh-new'), wireString(Buffer.alloc(32))]);
    const body = Buffer.concat([Buffer.from([12]), wireUint32(1), wireString(blob), wireString('my token')]);
    await answerWith(wireString(body));
    await checkNote(/my token \(in the agent\) is of type ssh-new, which ssh2 cannot use/);
  });
});
