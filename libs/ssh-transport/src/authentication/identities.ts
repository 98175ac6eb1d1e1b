import type { AgentAuthMethod, Client, ParsedKey, PublicKeyAuthMethod } from 'ssh2';
import { type AgentKey, AgentError, listAgentKeys, signWithAgent } from './agent.js';
import { type Candidate, candidatesInOrder, type ParsedFile } from './candidates.js';
import { createForeignKeyAgent } from './foreign-key.js';
import { type KeyFile, readCertificateFile, readKeyFile } from './key-file.js';
import { createOneKeyAgent } from './one-key-agent.js';
import { signWithKey } from './signature.js';
import { loadSsh2, type Ssh2 } from './ssh2.js';
import { WireReader } from './wire.js';

/** One key to offer, in one attempt: for ssh2's `authHandler`. */
export interface Identity {
  /** for messages: the path of the key or certificate, or the agent's comment on it */
  label: string;
  method: PublicKeyAuthMethod | AgentAuthMethod;
}

export interface IdentityInput {
  user: string;
  /** configured ones; `none` means none, and no default either */
  identityFiles: readonly string[];
  /** certificates that lie elsewhere than beside their keys */
  certificateFiles?: readonly string[];
  /** offer no key of the agent that is not among the files */
  identitiesOnly: boolean;
  agentSocket?: string;
  /** the variable that names the agent's socket, where it is not set */
  agentUnset?: string;
  /** tried when no identity is configured; those that are not there are passed over in silence */
  defaultFiles?: readonly string[];
  /** how long the agent may take to list its keys; 2000 */
  agentLimitMs?: number;
  /** who logs in; needed for certificates and FIDO keys, once they sign */
  client?: Client;
  /** Around what a person may have to do first: to confirm, to touch a token. */
  patiently?: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

export interface Identities {
  identities: Identity[];
  /** why something could not be used, and what to do about it; sentences for people */
  notes: string[];
}

/** A person may have to confirm, at the agent's own prompt, or to touch a token. */
const signLimitMs = 60_000;

/**
 * Which keys to offer, in OpenSSH's order; each key once, so that a server's MaxAuthTries is spent on keys the user
 * meant. Never throws over a key or an agent: those are notes.
 */
export async function gatherIdentities(input: IdentityInput): Promise<Identities> {
  const configured = input.identityFiles.length > 0;
  const paths = configured
    ? input.identityFiles.filter((path) => path !== 'none')
    : (input.defaultFiles ?? []);
  const certificates = (input.certificateFiles ?? []).map(async (path) => {
    return (await readCertificateFile(path)) ?? { path, problem: `${path} does not exist.` };
  });
  const [ssh2, files, named, agent] = await Promise.all([
    loadSsh2(),
    Promise.all([...new Set(paths)].map((path) => readKeyFile(path, certificates.length === 0))),
    Promise.all(certificates),
    askAgent(input),
  ]);
  const parsed = files.map((file) => parseFile(ssh2, file));
  const keys: Keys = { ssh2, input, files: parsed, agentKeys: agent.keys };
  const identities: Identity[] = [];
  const offered = new Set<string>();
  const notes = [...agent.notes];
  for (const candidate of candidatesInOrder(parsed, named, agent.keys, input.identitiesOnly)) {
    const made = identityOf(candidate, keys);
    if (typeof made === 'string') notes.push(made);
    if (typeof made !== 'object') continue;
    identities.push(made);
    offered.add(candidate.blob.toString('base64'));
  }
  for (const { problem } of [...named, ...files.flatMap(({ certificate }) => certificate ?? [])])
    if (problem !== undefined) notes.push(problem);
  for (const { file, blob, problem } of parsed) {
    if (blob !== undefined && offered.has(blob.toString('base64'))) continue;
    if (problem !== undefined) notes.push(problem);
    else if (configured) notes.push(missingNote(file));
  }
  return { identities, notes };
}

function parseFile({ utils }: Ssh2, file: KeyFile): ParsedFile {
  const beside =
    file.publicBlob === undefined ? {} : { blob: file.publicBlob, type: typeOf(file.publicBlob) };
  if (file.privateKey === undefined)
    return { file, ...beside, ...(file.problem !== undefined && { problem: file.problem }) };
  const key = utils.parseKey(file.privateKey);
  if (!(key instanceof Error)) return { file, key, blob: key.getPublicSSH(), type: key.type };
  return {
    file,
    ...beside,
    problem: `${file.path} holds a key that ssh2 cannot use (${key.message}): make one with ssh-keygen -t ed25519.`,
  };
}

function typeOf(blob: Buffer): string {
  return new WireReader(blob).text();
}

async function askAgent(input: IdentityInput): Promise<{ keys: AgentKey[]; notes: string[] }> {
  if (input.agentUnset !== undefined)
    return {
      keys: [],
      notes: [`No agent is asked: IdentityAgent names $${input.agentUnset}, which is not set.`],
    };
  if (input.agentSocket === undefined || input.agentSocket === 'none') return { keys: [], notes: [] };
  try {
    return { keys: await listAgentKeys(input.agentSocket, input.agentLimitMs ?? 2_000), notes: [] };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { keys: [], notes: [error.message] };
  }
}

/** All that a signature may come from. */
interface Keys {
  ssh2: Ssh2;
  input: IdentityInput;
  files: readonly ParsedFile[];
  agentKeys: readonly AgentKey[];
}

/** A note where it cannot be used, undefined where the file it comes from has a note of its own. */
function identityOf(candidate: Candidate, keys: Keys): Identity | string | undefined {
  const { label, blob, type, certificate } = candidate;
  const { ssh2, input } = keys;
  const { user } = input;
  const inAgent = isHeld(blob, keys);
  if (certificate !== undefined) {
    const sign = signerOf(blob, keys) ?? signerOf(certificate.keyBlob, keys);
    if (sign === undefined) return `${label}: neither a file nor the agent has the key of this certificate.`;
    return foreign(candidate, (data) => sign(data, 'sha512'), keys);
  }
  if (inAgent && type.startsWith('sk-'))
    return foreign(candidate, (data) => byAgent(blob, data, undefined, keys), keys);
  if (inAgent) {
    const key = ssh2.utils.parseKey(blob);
    if (key instanceof Error) return `${label} (in the agent) is of type ${type}, which ssh2 cannot use.`;
    const agent = createOneKeyAgent(ssh2, key, (data, hash) => byAgent(blob, data, hash, keys));
    return { label, method: { type: 'agent', username: user, agent } };
  }
  const key = keyOf(blob, keys);
  return key === undefined ? undefined : { label, method: { type: 'publickey', username: user, key } };
}

function foreign(
  { label, blob, type }: Candidate,
  sign: (data: Buffer) => Promise<Buffer>,
  { ssh2, input }: Keys,
): Identity {
  // The plain name is SHA-1's (draft-miller-ssh-cert).
  const algorithm = type.replace(/^ssh-rsa-cert-/, 'rsa-sha2-512-cert-');
  const client = input.client ?? new ssh2.Client();
  const agent = createForeignKeyAgent(ssh2, client, { algorithm, blob, sign });
  return { label, method: { type: 'agent', username: input.user, agent } };
}

type Sign = (data: Buffer, hash: string | undefined) => Promise<Buffer>;

function signerOf(blob: Buffer, keys: Keys): Sign | undefined {
  if (isHeld(blob, keys)) return (data, hash) => byAgent(blob, data, hash, keys);
  const key = keyOf(blob, keys);
  return key === undefined ? undefined : async (data) => signWithKey(key, data);
}

function isHeld(blob: Buffer, { agentKeys }: Keys): boolean {
  return agentKeys.some((key) => key.blob.equals(blob));
}

function keyOf(blob: Buffer, { files }: Keys): ParsedKey | undefined {
  return files.find(({ key }) => key?.getPublicSSH().equals(blob) === true)?.key;
}

function byAgent(blob: Buffer, data: Buffer, hash: string | undefined, { input }: Keys): Promise<Buffer> {
  const { agentSocket = '', patiently = (work) => work() } = input;
  return patiently(() => signWithAgent(agentSocket, blob, data, hash, signLimitMs));
}

function missingNote(file: KeyFile): string {
  if (file.publicBlob === undefined) return `${file.path} does not exist.`;
  return `${file.path} does not exist, and the agent does not hold the key of ${file.path}.pub: run ssh-add with it.`;
}
