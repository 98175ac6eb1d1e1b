import { readFile, stat } from 'node:fs/promises';
import { type Certificate, outOfDate, readCertificate } from './certificate.js';
import { type KeyText, readKeyText, readPublicLine } from './key-text.js';

/** What a key file, with the public key beside it, is good for. */
export interface KeyFile {
  path: string;
  /** SSH wire format; to find the key in the agent */
  publicBlob?: Buffer;
  /** in a form that ssh2 reads; absent where `problem` says why */
  privateKey?: string;
  /** what keeps the private key from being used here, and what to do; absent for a file that is not there */
  problem?: string;
  missing: boolean;
  /** a certificate that lies beside it */
  certificate?: CertificateFile;
}

export interface CertificateFile {
  path: string;
  /** absent where `problem` says why */
  certificate?: Certificate;
  problem?: string;
}

/**
 * Reads `path`, `path.pub` and, as ssh does where no certificate is named, `path-cert.pub`. Never throws: what goes
 * wrong is a `problem`.
 */
export async function readKeyFile(path: string, withCertificate: boolean): Promise<KeyFile> {
  const [own, beside, certificate] = await Promise.all([
    readOwn(path),
    read(`${path}.pub`),
    withCertificate ? readCertificateFile(`${path}-cert.pub`) : undefined,
  ]);
  const publicBlob = own.publicBlob ?? (beside.text === undefined ? undefined : readPublicLine(beside.text));
  return {
    path,
    missing: own.missing,
    ...(publicBlob !== undefined && { publicBlob }),
    ...(own.privateKey !== undefined && { privateKey: own.privateKey }),
    ...(own.problem !== undefined && { problem: own.problem }),
    ...(certificate !== undefined && { certificate }),
  };
}

/** Undefined where there is none. Never throws. */
export async function readCertificateFile(path: string): Promise<CertificateFile | undefined> {
  const { text, failure } = await read(path);
  if (failure !== undefined) return { path, problem: `${path} cannot be read: ${failure}.` };
  if (text === undefined) return undefined;
  const blob = readPublicLine(text);
  const certificate = blob === undefined ? undefined : readCertificate(blob);
  if (certificate === undefined) return { path, problem: `${path} is no certificate of a user's key.` };
  const stale = outOfDate(certificate, Date.now());
  return {
    path,
    certificate,
    ...(stale !== undefined && { problem: `${path} ${stale}: get a new one.` }),
  };
}

async function readOwn(path: string): Promise<KeyText & { missing: boolean }> {
  const { text, failure } = await read(path);
  if (failure !== undefined) return { missing: false, problem: `${path} cannot be read: ${failure}.` };
  if (text === undefined) return { missing: true };
  const key = readKeyText(text, path);
  const open = key.privateKey === undefined ? undefined : await tooOpen(path);
  if (open === undefined) return { ...key, missing: false };
  return {
    missing: false,
    problem: open,
    ...(key.publicBlob !== undefined && { publicBlob: key.publicBlob }),
  };
}

/** OpenSSH uses no private key of the user's own that others may read; nor do we. */
async function tooOpen(path: string): Promise<string | undefined> {
  const { mode, uid } = await stat(path);
  if (process.getuid === undefined || uid !== process.getuid() || (mode & 0o077) === 0) return undefined;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return `${path} is not used because others may read it (permissions ${shown}): run chmod 600 ${path}.`;
}

async function read(path: string): Promise<{ text?: string; failure?: string }> {
  try {
    return { text: await readFile(path, 'latin1') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
