import { WireReader, wireString } from './wire.js';

/** A certificate of a user's key (PROTOCOL.certkeys of OpenSSH). */
export interface Certificate {
  /** As a server wants to see it. */
  blob: Buffer;
  type: string;
  /** The key that it is for, in SSH wire format. */
  keyBlob: Buffer;
  /** Seconds since 1970; the second is the first at which it no longer holds. */
  validAfter: bigint;
  validBefore: bigint;
}

/** How many fields of the key itself stand behind the nonce. */
const keyFields: Readonly<Record<string, number>> = {
  'ssh-rsa': 2,
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};
const ofUser = 1;

/** Undefined for what is no certificate, is one of a host, or is damaged. */
export function readCertificate(blob: Buffer): Certificate | undefined {
  try {
    const reader = new WireReader(blob);
    const type = reader.text();
    const keyType = keyTypeOfCertificate(type);
    const fields = keyType === undefined ? undefined : keyFields[keyType];
    if (keyType === undefined || fields === undefined) return undefined;
    reader.bytes(); // nonce
    const key = Array.from({ length: fields }, () => wireString(reader.bytes()));
    reader.uint64(); // serial number
    if (reader.uint32() !== ofUser) return undefined;
    reader.bytes(); // its name
    reader.bytes(); // principals
    const keyBlob = Buffer.concat([wireString(keyType), ...key]);
    return { blob, type, keyBlob, validAfter: reader.uint64(), validBefore: reader.uint64() };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `ssh-ed25519` for `ssh-ed25519-cert-v01@openssh.com`; undefined for what names no certificate. */
function keyTypeOfCertificate(type: string): string | undefined {
  const match = /^(.*)-cert-v01@openssh\.com$/.exec(type);
  if (match?.[1] === undefined) return undefined;
  return match[1].startsWith('sk-') ? `${match[1]}@openssh.com` : match[1];
}

/** Why a server will refuse it, by the clock here; undefined where that knows no reason. */
export function outOfDate({ validAfter, validBefore }: Certificate, nowMs: number): string | undefined {
  const now = BigInt(Math.floor(nowMs / 1_000));
  if (now < validAfter) return `holds only from ${dateOf(validAfter)} on`;
  return now >= validBefore ? `has expired at ${dateOf(validBefore)}` : undefined;
}

function dateOf(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  // The field has room for years that no calendar has.
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString().replace('.000Z', 'Z');
}
