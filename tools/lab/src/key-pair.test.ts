import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { createKeyPair } from './key-pair.js';

test('a key pair is read back, and signs what its public half verifies', () => {
  const pair = createKeyPair('somebody');
  const privateKey = ssh2.utils.parseKey(pair.privateKey);
  const publicKey = ssh2.utils.parseKey(pair.publicKey);
  if (privateKey instanceof Error) throw privateKey;
  if (publicKey instanceof Error) throw publicKey;
  expect(privateKey.type).toBe('ssh-ed25519');
  expect(publicKey.comment).toBe('somebody');
  expect(privateKey.getPublicSSH()).toEqual(publicKey.getPublicSSH());
  expect(publicKey.verify('text', privateKey.sign('text'))).toBe(true);
  expect(createKeyPair('somebody').publicKey).not.toBe(pair.publicKey);
});
