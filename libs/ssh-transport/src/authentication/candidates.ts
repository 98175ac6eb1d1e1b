import { createHash } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import type { AgentKey } from './agent.js';
import { type Certificate, readCertificate } from './certificate.js';
import type { CertificateFile, KeyFile } from './key-file.js';

/** A key, or a key with its certificate, that may be offered. */
export interface Candidate {
  /** for messages: a path, or the agent's comment */
  label: string;
  /** what the server is shown, in SSH wire format */
  blob: Buffer;
  type: string;
  certificate?: Certificate;
}

export interface ParsedFile {
  file: KeyFile;
  /** The public half is known, from the key or from what lies beside it. */
  blob?: Buffer;
  type?: string;
  key?: ParsedKey;
  problem?: string;
}

/**
 * In the order in which OpenSSH offers them: certificates that were named, keys of the files that the agent holds in
 * the agent's order, its other keys, then what is left of the files; each once.
 */
export function candidatesInOrder(
  files: readonly ParsedFile[],
  named: readonly CertificateFile[],
  agentKeys: readonly AgentKey[],
  identitiesOnly: boolean,
): Candidate[] {
  const ofFiles = files.flatMap((file) => [...plain(file), ...certified(file.file.certificate)]);
  const held: Candidate[] = [];
  const others: Candidate[] = [];
  for (const key of agentKeys) {
    const match = ofFiles.find(({ blob }) => blob.equals(key.blob));
    if (match !== undefined) held.push(match);
    else if (!identitiesOnly) others.push(ofAgent(key));
  }
  const all = [...named.flatMap(certified), ...held, ...others, ...ofFiles];
  return all.filter(({ blob }, index) => all.findIndex((other) => other.blob.equals(blob)) === index);
}

function plain({ file, blob, type }: ParsedFile): Candidate[] {
  return blob === undefined || type === undefined ? [] : [{ label: file.path, blob, type }];
}

function certified(file: CertificateFile | undefined): Candidate[] {
  if (file?.certificate === undefined) return [];
  const { certificate, path } = file;
  return [{ label: path, blob: certificate.blob, type: certificate.type, certificate }];
}

function ofAgent({ blob, type, comment }: AgentKey): Candidate {
  const certificate = readCertificate(blob);
  const name = comment || `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  if (certificate === undefined) return { label: name, blob, type };
  return { label: `${name} (certificate)`, blob, type, certificate };
}
