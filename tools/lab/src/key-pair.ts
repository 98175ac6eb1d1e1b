import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface KeyPair {
  /** OpenSSH's own format (`BEGIN OPENSSH PRIVATE KEY`), unencrypted, as `ssh-keygen -t ed25519 -N ''` writes it. */
  privateKey: string;
  /** One line: `ssh-ed25519 BASE64 COMMENT`. */
  publicKey: string;
}

/**
 * A fresh ed25519 key pair, made without `ssh-keygen` (32 of them take no time) and without `ssh2`.
 * Layout: OpenSSH's PROTOCOL.key, section 1 and 3; RFC 8709 for the key itself.
 */
export function createKeyPair(comment: string): KeyPair {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(jwk.x ?? '', 'base64url');
  const seed = Buffer.from(jwk.d ?? '', 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicBytes)]);
  const check = randomBytes(4); // the same number twice: how a reader knows that it decrypted the key
  const secret = pad(
    Buffer.concat([
      check,
      check,
      field('ssh-ed25519'),
      field(publicBytes),
      field(Buffer.concat([seed, publicBytes])),
      field(comment),
    ]),
  );
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'), // cipher
    field('none'), // key derivation
    field(''), // its options
    uint32(1), // one key
    field(publicBlob),
    field(secret),
  ]);
  return {
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...(body.toString('base64').match(/.{1,70}/g) ?? []),
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')} ${comment}`,
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** 1, 2, 3, … up to the cipher's block size, which is 8 for `none`. */
function pad(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
