import { createHash } from 'node:crypto';
import type { AgentAuthMethod, ParsedKey, PublicKeyAuthMethod } from 'ssh2';
import { type AgentKey, AgentError, listAgentKeys } from './agent.js';
import { type KeyFile, readKeyFile } from './key-file.js';
import { fido } from './key-text.js';
import { createOneKeyAgent } from './one-key-agent.js';
import { loadSsh2, type Ssh2 } from './ssh2.js';

/** One key to offer, in one attempt: for ssh2's `authHandler`. */
export interface Identity {
  /** for messages: the path of the key, or the agent's comment on it */
  label: string;
  method: PublicKeyAuthMethod | AgentAuthMethod;
}

export interface IdentityInput {
  user: string;
  /** configured ones; `none` means none, and no default either */
  identityFiles: readonly string[];
  /** offer no key of the agent that is not among the files */
  identitiesOnly: boolean;
  agentSocket?: string;
  /** tried when no identity is configured; those that are not there are passed over in silence */
  defaultFiles?: readonly string[];
  /** how long the agent may take to list its keys; 2000 */
  agentLimitMs?: number;
}

export interface Identities {
  identities: Identity[];
  /** why something could not be used, and what to do about it; sentences for people */
  notes: string[];
}

/**
 * Which keys to offer, in OpenSSH's order: keys of the files that the agent holds, then the agent's other
 * keys, then files that the agent does not hold; each key once, so that a server's MaxAuthTries is spent
 * on keys the user meant. Never throws over a key or an agent: those are notes.
 */
export async function gatherIdentities(input: IdentityInput): Promise<Identities> {
  const configured = input.identityFiles.length > 0;
  const paths = configured
    ? input.identityFiles.filter((path) => path !== 'none')
    : (input.defaultFiles ?? []);
  const [ssh2, files, agent] = await Promise.all([
    loadSsh2(),
    Promise.all([...new Set(paths)].map(readKeyFile)),
    askAgent(input),
  ]);
  const notes = [...agent.notes];
  const parsed = files.map((file) => parseFile(ssh2, file));
  const held = holdKeys(ssh2, agent.keys, parsed, input, notes);
  const offered = new Set(held.map(({ blob }) => blob.toString('base64')));
  const identities = held.map(({ identity }) => identity);
  for (const { file, key, problem } of parsed) {
    const blob = (key?.getPublicSSH() ?? file.publicBlob)?.toString('base64');
    if (file.certificate !== undefined) notes.push(certificateNote(file.certificate));
    if (blob !== undefined && offered.has(blob)) continue;
    if (key !== undefined) {
      offered.add(key.getPublicSSH().toString('base64'));
      identities.push({ label: file.path, method: { type: 'publickey', username: input.user, key } });
    } else if (problem !== undefined) {
      notes.push(problem);
    } else if (configured) {
      notes.push(missingNote(file));
    }
  }
  return { identities, notes };
}

interface ParsedFile {
  file: KeyFile;
  key?: ParsedKey;
  problem?: string;
}

function parseFile({ utils }: Ssh2, file: KeyFile): ParsedFile {
  if (file.privateKey === undefined)
    return { file, ...(file.problem !== undefined && { problem: file.problem }) };
  const key = utils.parseKey(file.privateKey);
  if (!(key instanceof Error)) return { file, key };
  return {
    file,
    problem: `${file.path} holds a key that ssh2 cannot use (${key.message}): make one with ssh-keygen -t ed25519.`,
  };
}

async function askAgent(input: IdentityInput): Promise<{ keys: AgentKey[]; notes: string[] }> {
  if (input.agentSocket === undefined || input.agentSocket === 'none') return { keys: [], notes: [] };
  try {
    return { keys: await listAgentKeys(input.agentSocket, input.agentLimitMs ?? 2_000), notes: [] };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { keys: [], notes: [error.message] };
  }
}

/** The agent's keys in the agent's order, those of the files before the others. */
function holdKeys(
  ssh2: Ssh2,
  keys: readonly AgentKey[],
  files: readonly ParsedFile[],
  { user, identitiesOnly, agentSocket = '' }: IdentityInput,
  notes: string[],
): { blob: Buffer; identity: Identity }[] {
  const own: { blob: Buffer; identity: Identity }[] = [];
  const others: typeof own = [];
  for (const { blob, type, comment } of keys) {
    const match = files.find(
      ({ file, key }) => (key?.getPublicSSH() ?? file.publicBlob)?.equals(blob) === true,
    );
    if (match === undefined && identitiesOnly) continue;
    const label =
      match?.file.path ??
      (comment || `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`);
    const publicKey = ssh2.utils.parseKey(blob);
    if (publicKey instanceof Error || type.includes('-cert-')) {
      // The file's own note says the same of a key that is in both places.
      if (match?.problem === undefined) notes.push(unusable(label, type));
      continue;
    }
    const agent = createOneKeyAgent(ssh2, agentSocket, publicKey);
    (match === undefined ? others : own).push({
      blob,
      identity: { label, method: { type: 'agent', username: user, agent } },
    });
  }
  return [...own, ...others];
}

function unusable(label: string, type: string): string {
  if (type.includes('-cert-')) return certificateNote(`${label} (in the agent)`);
  if (type.startsWith('sk-')) return fido(`${label} (in the agent)`);
  return `${label} (in the agent) is of type ${type}, which ssh2 cannot use.`;
}

function certificateNote(name: string): string {
  return `The certificate ${name} is not supported: put the plain key into authorized_keys on the node.`;
}

function missingNote(file: KeyFile): string {
  if (file.publicBlob === undefined) return `${file.path} does not exist.`;
  return `${file.path} does not exist, and the agent does not hold the key of ${file.path}.pub: run ssh-add with it.`;
}
