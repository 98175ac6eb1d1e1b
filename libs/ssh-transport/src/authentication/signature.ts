import type { ParsedKey } from 'ssh2';
import { wireString } from './wire.js';

/** A signature as it is sent (RFC 4253, 6.6): the name of its algorithm, then what that algorithm has. */
export function signWithKey(key: ParsedKey, data: Buffer): Buffer {
  const [algorithm, hash] = key.type === 'ssh-rsa' ? ['rsa-sha2-512', 'sha512'] : [key.type, undefined];
  const made: unknown = hash === undefined ? key.sign(data) : key.sign(data, hash);
  if (!Buffer.isBuffer(made)) throw made instanceof Error ? made : new TypeError('no signature came out');
  const signature = key.type.startsWith('ecdsa-') ? fromDer(made) : made;
  return Buffer.concat([wireString(algorithm ?? key.type), wireString(signature)]);
}

/** The two numbers of an ECDSA signature: X9.62 has them as a DER sequence, SSH (RFC 5656, 3.1.2) as two mpints. */
function fromDer(der: Buffer): Buffer {
  // A sequence of up to 127 bytes has one byte for its length, a longer one two.
  let position = (der[1] ?? 0) > 0x7f ? 3 : 2;
  const number = () => {
    const length = der[position + 1] ?? 0;
    const value = der.subarray(position + 2, position + 2 + length);
    position += 2 + length;
    return wireString(value); // DER's integers are mpints already: as short as can be, with their sign
  };
  return Buffer.concat([number(), number()]);
}
