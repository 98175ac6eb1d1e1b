import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../options.js';
import { setUpLabs, targetOf } from '../testing/labs.js';
import { startAgent, type Agent } from './testing/agent.js';
import { WireReader, wireString, wireUint32 } from './wire.js';

/** Keys that ssh2 has no notion of, against a real sshd that knows an authority and two tokens, and no other key. */
const kinds = ['ed25519', 'rsa', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'];
const success = { kind: 'exited', code: 3 };
let folder: string;
let lab: Lab;
let agent: Agent;
const tokens: Server[] = [];

const path = (name: string) => join(folder, name);
const agentSocket = () => agent.socket;

function makeKey(name: string): void {
  const [type = '', bits] = name.startsWith('ecdsa') ? name.split('-') : [name === 'rsa' ? 'rsa' : 'ed25519'];
  const options = bits === undefined ? [] : ['-b', bits];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', '', '-C', name, '-f', path(name)]);
}

function certify(name: string, user: string, ...options: string[]): void {
  execFileSync('ssh-keygen', [
    '-q',
    '-s',
    path('ca'),
    '-I',
    'id',
    '-n',
    user,
    ...options,
    path(`${name}.pub`),
  ]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-key-'));
  agent = await startAgent(path('agent'));
  for (const name of ['ca', ...kinds]) makeKey(name);
  writeFileSync(path('authorized_keys'), [ed25519Token, ecdsaToken].map(publicLine).join(''), {
    mode: 0o600,
  });
  const sshdExtra = [`TrustedUserCAKeys ${path('ca.pub')}`, `AuthorizedKeysFile ${path('authorized_keys')}`];
  lab = await startLab({ nodes: 1, homes: true, engine: 'sshd', sshdExtra: () => sshdExtra });
  for (const name of kinds) certify(name, lab.user);
});
afterEach(async () => {
  for (const server of tokens.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});
afterAll(async () => {
  await agent.end();
  await lab.close();
  rmSync(folder, { recursive: true });
});

// Its transports end before the tokens do.
const { open, configurationOf } = setUpLabs('foreign-key');

/** How a command ends, or what it is refused with. */
function run(over: Partial<TransportOptions>): Promise<unknown> {
  const transport = open(lab, { identityFiles: [], attempts: 1, ...over });
  return transport.run(targetOf(lab), { command: 'exit 3' }).then(
    ({ exit }) => exit,
    (error: unknown) => error,
  );
}

describe('a certificate', () => {
  it.each(kinds)('of a key of type %s lets in, beside its file', async (name) => {
    expect(await run({ identityFiles: [path(name)] })).toEqual(success);
  });

  it.each(kinds)('of a key of type %s lets in, by the agent', async (name) => {
    agent.add(path(name));
    try {
      expect(await run({ agentSocket: agentSocket(), identityFiles: ['none'] })).toEqual(success);
    } finally {
      agent.forget();
    }
  });

  it('lets in where the file has the certificate and the agent the key', async () => {
    renameSync(path('ed25519-cert.pub'), path('held'));
    agent.add(path('ed25519'));
    const text = `CertificateFile ${path('held')}\nIdentitiesOnly yes\nIdentityFile none\n`;
    const configuration = configurationOf(lab, text);
    try {
      expect(await run({ agentSocket: agentSocket(), configuration })).toEqual(success);
    } finally {
      agent.forget();
      renameSync(path('held'), path('ed25519-cert.pub'));
    }
  });

  it('that does not hold any more is refused, and the hint says why', async () => {
    makeKey('late');
    certify('late', lab.user, '-V', '20200101:20210101');
    expect(await run({ identityFiles: [path('late')] })).toMatchObject({
      code: 'authentication-failed',
      hint: expect.stringMatching(/late-cert\.pub has expired at 202.*Offered: .*late, .*late-cert\.pub\.$/),
    });
  });

  it('of somebody else is refused', async () => {
    makeKey('other');
    certify('other', 'somebody-else');
    expect(await run({ identityFiles: [path('other')] })).toMatchObject({ code: 'authentication-failed' });
  });
});

/** A FIDO key: what its token signs with, and what a server is shown (PROTOCOL.u2f of OpenSSH). */
interface Token {
  type: string;
  blob: Buffer;
  /** Over what a token makes of the data. */
  signature(data: Buffer): Buffer;
}

const application = 'ssh:';

function makeToken(type: string, publicFields: Buffer[], key: KeyObject, hash: string | null): Token {
  let counter = 0;
  return {
    type,
    blob: Buffer.concat([wireString(type), ...publicFields, wireString(application)]),
    signature(data) {
      counter += 1;
      const digest = (value: Buffer | string) => createHash('sha256').update(value).digest();
      const presence = Buffer.concat([Buffer.from([1]), wireUint32(counter)]);
      const signed = Buffer.concat([digest(application), presence, digest(data)]);
      const made = sign(hash, signed, { key, dsaEncoding: 'ieee-p1363' });
      const numbers =
        hash === null ? made : Buffer.concat([mpint(made.subarray(0, 32)), mpint(made.subarray(32))]);
      return Buffer.concat([wireString(type), wireString(numbers), presence]);
    },
  };
}

function mpint(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  const short = number.subarray(first);
  return wireString((short[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), short]) : short);
}

const coordinate = (key: KeyObject, name: 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

const ed25519 = generateKeyPairSync('ed25519');
const ed25519Token = makeToken(
  'sk-ssh-ed25519@openssh.com',
  [wireString(coordinate(ed25519.publicKey, 'x'))],
  ed25519.privateKey,
  null,
);
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const point = Buffer.concat([
  Buffer.from([4]),
  coordinate(ecdsa.publicKey, 'x'),
  coordinate(ecdsa.publicKey, 'y'),
]);
const ecdsaToken = makeToken(
  'sk-ecdsa-sha2-nistp256@openssh.com',
  [wireString('nistp256'), wireString(point)],
  ecdsa.privateKey,
  'sha256',
);

const publicLine = ({ type, blob }: Token) => `${type} ${blob.toString('base64')} token\n`;

/** An agent that asks a token, whose owner takes a while to touch it. */
async function startTokenAgent(token: Token, touchMs = 0): Promise<string> {
  const answer = (request: Buffer): Buffer => {
    if (request[0] === 11)
      return Buffer.concat([
        Buffer.from([12]),
        wireUint32(1),
        wireString(token.blob),
        wireString('my token'),
      ]);
    const reader = new WireReader(request.subarray(1));
    expect(reader.bytes().equals(token.blob)).toBe(true);
    return Buffer.concat([Buffer.from([14]), wireString(token.signature(reader.bytes()))]);
  };
  const server = createServer((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (message: Buffer) => {
      const request = message.subarray(4);
      setTimeout(() => socket.end(wireString(answer(request))), request[0] === 13 ? touchMs : 0);
    });
  });
  tokens.push(server);
  const socket = join(mkdtempSync(join(folder, 'token-')), 's');
  await once(server.listen(socket), 'listening');
  return socket;
}

describe('a FIDO key, by the agent', () => {
  it.each([ed25519Token, ecdsaToken])('of type $type lets in', async (token) => {
    expect(await run({ agentSocket: await startTokenAgent(token) })).toEqual(success);
  });

  it('waits for its owner to touch it', async () => {
    const socket = await startTokenAgent(ed25519Token, 1_500);
    expect(await run({ agentSocket: socket, handshakeTimeoutMs: 1_000 })).toEqual(success);
  });

  it('is named by its file: IdentitiesOnly', async () => {
    writeFileSync(path('id_sk.pub'), publicLine(ed25519Token));
    const configuration = configurationOf(lab, `IdentitiesOnly yes\nIdentityFile ${path('id_sk')}\n`);
    expect(await run({ agentSocket: await startTokenAgent(ed25519Token), configuration })).toEqual(success);
  });

  it('that the server does not know is refused', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const fields = [wireString(coordinate(publicKey, 'x'))];
    const stranger = makeToken('sk-ssh-ed25519@openssh.com', fields, privateKey, null);
    expect(await run({ agentSocket: await startTokenAgent(stranger) })).toMatchObject({
      code: 'authentication-failed',
      hint: expect.stringContaining('Offered: my token.'),
    });
  });
});
