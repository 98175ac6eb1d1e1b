import { createSecretKey } from 'node:crypto';
import type { Client } from 'ssh2';

/**
 * ssh2's AES-GCM without its native part gives Node the key as bytes with every packet, and Node makes a key object of
 * them every time: most of what a short packet costs. This makes one at each key exchange. Where ssh2 keeps no
 * such bytes (another cipher, its native part, another version) nothing changes.
 */
export function keepKeyObjects(client: Client): void {
  client.on('handshake', () => {
    const protocol = fieldOf(client, '_protocol');
    keepKeyObject(fieldOf(protocol, '_cipher'), '_encKey');
    keepKeyObject(fieldOf(protocol, '_decipher'), '_decipherKey');
  });
}

function keepKeyObject(cipher: unknown, field: string): void {
  const key = fieldOf(cipher, field);
  if (typeof cipher === 'object' && cipher !== null && Buffer.isBuffer(key))
    Reflect.set(cipher, field, createSecretKey(key));
}

function fieldOf(holder: unknown, field: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, field) : undefined;
}
