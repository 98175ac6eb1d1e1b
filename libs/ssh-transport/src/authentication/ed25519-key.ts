import { type KeyObject, randomBytes } from 'node:crypto';
import { wireString, wireUint32 } from './wire.js';

/** The text of an unencrypted OpenSSH private key file (PROTOCOL.key) for an Ed25519 key. */
export function writeEd25519Key(key: KeyObject): string {
  const { d, x } = key.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new TypeError('it holds no Ed25519 key');
  const publicKey = Buffer.from(x, 'base64url');
  const type = 'ssh-ed25519';
  const publicBlob = Buffer.concat([wireString(type), wireString(publicKey)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), publicKey]);
  const inside = Buffer.concat([
    check,
    check,
    wireString(type),
    wireString(publicKey),
    wireString(secret),
    wireString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inside.length % 8)) % 8 }, (_, index) => index + 1));
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    wireString('none'),
    wireString('none'),
    wireString(''),
    wireUint32(1),
    wireString(publicBlob),
    wireString(Buffer.concat([inside, padding])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}
