import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeEd25519Key } from './ed25519-key.js';
import { blobOf, setUpIdentities, sign } from './testing/identities.js';

const { path, keygen, certify, writePrivate, agent, gather, shown, publicBlob } = setUpIdentities();

beforeAll(() => {
  for (const name of ['rsa', 'ec256', 'ec384', 'ec521']) {
    for (const format of ['PEM', 'PKCS8']) {
      copyFileSync(path(name), path(`${name}-${format}`));
      copyFileSync(path(`${name}.pub`), path(`${name}-${format}.pub`));
      chmodSync(path(`${name}-${format}`), 0o600);
      keygen('-q', '-p', '-N', '', '-m', format, '-f', path(`${name}-${format}`));
    }
  }
});

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
    expect(keygen('-y', '-f', path('ed-written')).split(' ')[1]?.trim()).toBe(
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
      keygen('-q', '-p', '-N', 'a passphrase', '-m', format, '-f', path(`locked-${format}`));
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
    agent().add('-k', path('b'));
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
