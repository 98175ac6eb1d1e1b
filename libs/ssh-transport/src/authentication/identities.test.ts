import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeEd25519Key } from './ed25519-key.js';
import { gatherIdentities, type Identity, type IdentityInput } from './identities.js';
import { wireString, wireUint32 } from './wire.js';

let folder: string;
let socket: string;
let agent: ChildProcess;

const path = (name: string) => join(folder, name);
const env = () => ({ PATH: process.env['PATH'], SSH_AUTH_SOCK: socket });
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { env: env(), stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
const add = (...names: string[]) => names.forEach((name) => run('ssh-add', '-q', path(name)));

function makeKey(name: string, type: string, ...options: string[]): void {
  run('ssh-keygen', '-q', '-t', type, '-N', '', '-C', `comment ${name}`, '-f', path(name), ...options);
}

/** By the authority `d`. */
function certify(name: string, ...options: string[]): void {
  run('ssh-keygen', '-q', '-s', path('d'), '-I', 'id', '-n', 'ann', ...options, path(`${name}.pub`));
}

function writePrivate(name: string, text: string): void {
  writeFileSync(path(name), text, { mode: 0o600 });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'identities-'));
  socket = path('unused');
  for (const name of ['a', 'b', 'c', 'd']) makeKey(name, 'ed25519');
  makeKey('rsa', 'rsa', '-b', '2048');
  for (const bits of ['256', '384', '521']) makeKey(`ec${bits}`, 'ecdsa', '-b', bits);
  for (const name of ['rsa', 'ec256', 'ec384', 'ec521']) {
    for (const format of ['PEM', 'PKCS8']) {
      copyFileSync(path(name), path(`${name}-${format}`));
      copyFileSync(path(`${name}.pub`), path(`${name}-${format}.pub`));
      chmodSync(path(`${name}-${format}`), 0o600);
      run('ssh-keygen', '-q', '-p', '-N', '', '-m', format, '-f', path(`${name}-${format}`));
    }
  }
  copyFileSync(path('a'), path('locked'));
  copyFileSync(path('a.pub'), path('locked.pub'));
  run('ssh-keygen', '-q', '-p', '-N', 'a passphrase', '-f', path('locked'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  socket = join(mkdtempSync(join(folder, 'agent-')), 's');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It prints its environment when it listens.
  if (agent.stdout) await once(agent.stdout, 'data');
});
afterEach(async () => {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  agent.kill('SIGTERM');
  await once(agent, 'exit');
});

function gather(names: readonly string[], input: Partial<IdentityInput> = {}) {
  return gatherIdentities({
    user: 'ann',
    identityFiles: names.map((name) => (name === 'none' ? name : path(name))),
    identitiesOnly: false,
    agentSocket: socket,
    ...input,
  });
}

/** `agent:label` or `file:label`, without the folder. */
const shown = (identities: readonly Identity[]) =>
  identities.map(
    ({ label, method }) => `${method.type === 'agent' ? 'agent' : 'file'}:${label.replace(`${folder}/`, '')}`,
  );

const publicBlob = (name: string) =>
  Buffer.from(readFileSync(path(`${name}.pub`), 'utf8').split(' ')[1] ?? '', 'base64');

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
      `ProxyCommand none\nIdentityAgent ${socket}\n${['a', 'b', 'c'].map((name) => `IdentityFile ${path(name)}\n`).join('')}`,
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

async function blobOf(method: Identity['method']): Promise<string> {
  const key =
    method.type === 'agent'
      ? (await agentKeys(method.agent as BaseAgent<ParsedKey>))[0]
      : (method.key as ParsedKey);
  return key?.getPublicSSH().toString('base64') ?? '';
}

function agentKeys(from: BaseAgent<ParsedKey>): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    from.getIdentities((error, keys) => (error ? reject(error) : resolve((keys ?? []) as ParsedKey[])));
  });
}

function sign(
  method: Identity['method'],
  data: Buffer,
  hash: 'sha256' | 'sha512' | undefined,
): Promise<Buffer> {
  if (method.type !== 'agent') return Promise.resolve((method.key as ParsedKey).sign(data, hash));
  const from = method.agent as BaseAgent<ParsedKey>;
  return agentKeys(from).then(
    ([key]) =>
      new Promise((resolve, reject) => {
        if (key === undefined) return reject(new Error('the agent shows no key'));
        from.sign(key, data, hash === undefined ? {} : { hash }, (error, signature) =>
          signature === undefined ? reject(error ?? new Error('no signature')) : resolve(signature),
        );
      }),
  );
}

describe('files', () => {
  const data = Buffer.from('what is signed');

  test.each([
    'a',
    'rsa',
    'rsa-PEM',
    'rsa-PKCS8',
    'ec256',
    'ec256-PEM',
    'ec256-PKCS8',
    'ec384',
    'ec384-PEM',
    'ec384-PKCS8',
    'ec521',
    'ec521-PEM',
    'ec521-PKCS8',
  ])('%s signs', async (name) => {
    const { identities, notes } = await gather([name], { identitiesOnly: true });
    expect({ shown: shown(identities), notes }).toEqual({ shown: [`file:${name}`], notes: [] });
    const method = identities[0]?.method;
    if (method === undefined) throw new Error('no identity');
    expect(await blobOf(method)).toBe(publicBlob(name).toString('base64'));
    const hash = name.startsWith('rsa') ? 'sha512' : undefined;
    const publicKey = ssh2.utils.parseKey(publicBlob(name)) as ParsedKey;
    expect(publicKey.verify(data, await sign(method, data, hash), hash)).toBe(true);
  });

  test('an Ed25519 key in PKCS8', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    writePrivate('ed-pkcs8', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const { identities, notes } = await gather(['ed-pkcs8']);
    expect(notes).toEqual([]);
    const key =
      identities[0]?.method.type === 'publickey' ? (identities[0].method.key as ParsedKey) : undefined;
    expect(key?.verify(data, key.sign(data))).toBe(true);
    // Written anew, ssh-keygen reads it too, and finds the same key.
    const text = readPrivateText(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    writePrivate('ed-written', text);
    expect(run('ssh-keygen', '-y', '-f', path('ed-written')).split(' ')[1]?.trim()).toBe(
      key?.getPublicSSH().toString('base64'),
    );
  });

  test('an EC key behind its parameters, as openssl writes it', async () => {
    const text = readFileSync(path('ec256-PEM'), 'utf8');
    writePrivate(
      'ec-parameters',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${text}`,
    );
    expect(shown((await gather(['ec-parameters'])).identities)).toEqual(['file:ec-parameters']);
  });

  test.each(['RFC4716', 'PEM', 'PKCS8'])(
    'an encrypted key (%s) is not used, and the note says what to do',
    async (format) => {
      copyFileSync(path('rsa'), path(`locked-${format}`));
      run('ssh-keygen', '-q', '-p', '-N', 'a passphrase', '-m', format, '-f', path(`locked-${format}`));
      const { identities, notes } = await gather([`locked-${format}`]);
      expect(identities).toEqual([]);
      expect(notes).toEqual([
        `${path(`locked-${format}`)} is encrypted: run ssh-add ${path(`locked-${format}`)}.`,
      ]);
    },
  );

  test.each<[string, () => void, RegExp]>([
    ['missing', () => {}, /missing does not exist\.$/],
    [
      'half',
      () => copyFileSync(path('b.pub'), path('half.pub')),
      /half does not exist, and the agent does not hold/,
    ],
    ['noise', () => writePrivate('noise', 'nonsense\n'), /noise is no private key/],
    ['empty', () => writePrivate('empty', ''), /empty is no private key/],
    [
      'cut',
      () =>
        writePrivate('cut', readFileSync(path('a'), 'utf8').replace(/\n[^\n]+\n[^\n]+\n(?=-----END)/, '\n')),
      /cut (?:is no|holds a)/,
    ],
    [
      'torn',
      () => writePrivate('torn', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
      /torn is no private key/,
    ],
    ['putty', () => writePrivate('putty', 'PuTTY-User-Key-File-3: ssh-ed25519\n'), /puttygen/],
    ['b.pub', () => {}, /b\.pub is a public key: run ssh-add/],
    ['dsa', () => writePrivate('dsa', foreignKey('x25519')), /x25519 key, which SSH servers do not take/],
    ['k1', () => writePrivate('k1', secp256k1()), /k1 holds a key that ssh2 cannot use/],
    [
      'open',
      () => {
        writePrivate('open', readFileSync(path('b'), 'utf8'));
        chmodSync(path('open'), 0o644);
      },
      /permissions 0644.*chmod 600/,
    ],
    ['.', () => {}, /cannot be read: EISDIR/],
  ])('%s: a note, and no identity', async (name, prepare, note) => {
    prepare();
    const { identities, notes } = await gather([name]);
    expect(identities).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  test('a certificate beside a key is offered after it; the agent may hold the key', async () => {
    certify('b');
    expect(shown((await gather(['b'])).identities)).toEqual(['file:b', 'agent:b-cert.pub']);
    run('ssh-add', '-q', '-k', path('b'));
    const { identities, notes } = await gather(['b']);
    rmSync(path('b-cert.pub'));
    expect(shown(identities)).toEqual(['agent:b', 'agent:b-cert.pub']);
    expect(notes).toEqual([]);
  });

  test('one that is named comes before all else', async () => {
    certify('b');
    renameSync(path('b-cert.pub'), path('elsewhere'));
    const { identities, notes } = await gather(['a', 'b'], { certificateFiles: [path('elsewhere')] });
    expect(shown(identities)).toEqual(['agent:elsewhere', 'file:a', 'file:b']);
    expect(notes).toEqual([]);
  });

  test.each<[string, () => void, RegExp]>([
    ['expired', () => certify('c', '-V', '20200101:20210101'), /has expired at 202.*get a new one/],
    ['early', () => certify('c', '-V', '21000101:21010101'), /holds only from 2\d\d\d.* on/],
    ['host', () => certify('c', '-h'), /is no certificate of a user's key/],
    ['plain', () => copyFileSync(path('c.pub'), path('c-cert.pub')), /is no certificate/],
    ['noise', () => writeFileSync(path('c-cert.pub'), 'nonsense'), /is no certificate/],
  ])('a certificate of no use (%s) is named', async (_name, prepare, note) => {
    prepare();
    const { identities, notes } = await gather(['c']);
    rmSync(path('c-cert.pub'));
    expect(shown(identities)[0]).toBe('file:c');
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  test('a certificate without its key is named, and one that is not there', async () => {
    certify('c');
    const certificateFiles = [path('c-cert.pub'), path('missing-cert.pub')];
    const { identities, notes } = await gather(['a'], { certificateFiles });
    rmSync(path('c-cert.pub'));
    expect(shown(identities)).toEqual(['file:a']);
    expect(notes).toEqual([
      expect.stringMatching(/c-cert\.pub: neither a file nor the agent has the key/),
      expect.stringMatching(/missing-cert\.pub does not exist/),
    ]);
  });
});

function foreignKey(type: 'x25519'): string {
  return generateKeyPairSync(type).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function secp256k1(): string {
  return generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

function readPrivateText(text: string): string {
  return writeEd25519Key(createPrivateKey(text));
}

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
    agent.kill('SIGTERM');
    await once(agent, 'exit');
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
      env: { ...env(), SSH_ASKPASS_REQUIRE: 'force', SSH_ASKPASS: askpass(), DISPLAY: 'none' },
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
  afterEach(async () => {
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
    server = undefined;
  });

  async function answerWith(answer: Buffer | undefined | 'close'): Promise<void> {
    socket = join(mkdtempSync(join(folder, 'bad-')), 's');
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
    const { identities, notes } = await gather(['a'], input);
    expect(shown(identities)).toEqual(['file:a']);
    expect(notes).toEqual([expect.stringMatching(note)]);
  }

  test('one that is not there', () =>
    checkNote(/cannot be reached: .*ENOENT/, { agentSocket: path('no-agent') }));
  test('one that left its socket behind', async () => {
    agent.kill('SIGKILL');
    await once(agent, 'exit');
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
