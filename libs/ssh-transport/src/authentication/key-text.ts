import { createPrivateKey, type KeyObject } from 'node:crypto';
import { writeEd25519Key } from './ed25519-key.js';
import { WireReader } from './wire.js';

export interface KeyText {
  publicBlob?: Buffer;
  /** OpenSSH, PKCS#1 or SEC1 text: the forms that ssh2 reads */
  privateKey?: string;
  problem?: string;
}

const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/;
const MAGIC = 'openssh-key-v1\0';

/** What the text of a key file holds. `path` is only for what is said about it. */
export function readKeyText(text: string, path: string): KeyText {
  const openssh = OPENSSH.exec(text);
  if (openssh?.[1] !== undefined) return readOpensshKey(openssh[0], Buffer.from(openssh[1], 'base64'), path);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return { problem: encrypted(path) };
  if (/-----BEGIN (?:RSA |EC |DSA )?PRIVATE KEY-----/.test(text)) return readPemKey(text, path);
  const publicBlob = readPublicLine(text);
  if (publicBlob !== undefined) {
    return {
      publicBlob,
      problem: `${path} is a public key: run ssh-add with its private key, or name that one.`,
    };
  }
  if (text.startsWith('PuTTY-User-Key-File')) {
    return { problem: `${path} is a PuTTY key: convert it with puttygen -O private-openssh.` };
  }
  return { problem: `${path} is no private key that can be read: is it damaged?` };
}

/** The key of a `.pub` file: `type base64 comment`. */
export function readPublicLine(text: string): Buffer | undefined {
  const [type, encoded] = text.trim().split(/\s+/);
  if (type === undefined || encoded === undefined || !/^(?:ssh|ecdsa|sk)-/.test(type)) return undefined;
  const blob = Buffer.from(encoded, 'base64');
  // Compared as it stands in the file, so that a damaged one is not taken for a key.
  return blob.length > 4 + type.length && blob.toString('latin1', 4, 4 + type.length) === type
    ? blob
    : undefined;
}

/** PROTOCOL.key of OpenSSH: the public key stands before the part that may be encrypted. */
function readOpensshKey(text: string, bytes: Buffer, path: string): KeyText {
  try {
    if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new RangeError('the beginning is missing');
    const reader = new WireReader(bytes.subarray(MAGIC.length));
    const cipher = reader.text();
    reader.bytes();
    reader.bytes();
    if (reader.uint32() !== 1) throw new RangeError('it does not hold one key');
    const publicBlob = reader.bytes();
    const type = new WireReader(publicBlob).text();
    if (type.startsWith('sk-')) return { publicBlob, problem: fido(path) };
    return cipher === 'none' ? { publicBlob, privateKey: text } : { publicBlob, problem: encrypted(path) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: `${path} is no private key that can be read (${error.message}): is it damaged?` };
  }
}

/** PKCS#1, SEC1 and PKCS#8, by way of node:crypto, which reads them all; ssh2 does not. */
function readPemKey(text: string, path: string): KeyText {
  try {
    return writeForSsh2(createPrivateKey(text), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `${path} is no private key that can be read (${reason}): is it damaged?` };
  }
}

function writeForSsh2(key: KeyObject, path: string): KeyText {
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return { privateKey: key.export({ type: 'pkcs1', format: 'pem' }).toString() };
  if (type === 'ec') return { privateKey: key.export({ type: 'sec1', format: 'pem' }).toString() };
  if (type === 'ed25519') return { privateKey: writeEd25519Key(key) };
  return {
    problem: `${path} is a ${type} key, which SSH servers do not take: make one with ssh-keygen -t ed25519.`,
  };
}

function encrypted(path: string): string {
  return `${path} is encrypted: run ssh-add ${path}.`;
}

export function fido(name: string): string {
  return `${name} is a FIDO key, which only an agent can use: run ssh-add ${name}.`;
}
