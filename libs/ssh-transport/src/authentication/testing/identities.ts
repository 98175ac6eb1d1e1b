import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { gatherIdentities, type Identity, type IdentityInput } from '../identities.js';
import { startAgent, type Agent } from './agent.js';

/**
 * Keys of all kinds in a folder: `a` to `d` of Ed25519, `rsa`, `ec256` to `ec521`, and `locked`, which is `a` with a
 * passphrase. An agent without keys for each test.
 */
export function setUpIdentities() {
  let folder = '';
  let agent: Agent;

  const path = (name: string) => join(folder, name);
  const keygen = (...args: string[]) =>
    execFileSync('ssh-keygen', args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });

  function makeKey(name: string, type: string, ...options: string[]): void {
    keygen('-q', '-t', type, '-N', '', '-C', `comment ${name}`, '-f', path(name), ...options);
  }

  /** By the authority `d`. */
  function certify(name: string, ...options: string[]): void {
    keygen('-q', '-s', path('d'), '-I', 'id', '-n', 'ann', ...options, path(`${name}.pub`));
  }

  function writePrivate(name: string, text: string): void {
    writeFileSync(path(name), text, { mode: 0o600 });
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'identities-'));
    for (const name of ['a', 'b', 'c', 'd']) makeKey(name, 'ed25519');
    makeKey('rsa', 'rsa', '-b', '2048');
    for (const bits of ['256', '384', '521']) makeKey(`ec${bits}`, 'ecdsa', '-b', bits);
    copyFileSync(path('a'), path('locked'));
    copyFileSync(path('a.pub'), path('locked.pub'));
    keygen('-q', '-p', '-N', 'a passphrase', '-f', path('locked'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    agent = await startAgent(join(mkdtempSync(join(folder, 'agent-')), 's'));
  });
  afterEach(() => agent.end());

  const gather = (names: readonly string[], input: Partial<IdentityInput> = {}) =>
    gatherIdentities({
      user: 'ann',
      identityFiles: names.map((name) => (name === 'none' ? name : path(name))),
      identitiesOnly: false,
      agentSocket: agent.socket,
      ...input,
    });

  /** `agent:label` or `file:label`, without the folder. */
  const shown = (identities: readonly Identity[]) =>
    identities.map(
      ({ label, method }) =>
        `${method.type === 'agent' ? 'agent' : 'file'}:${label.replace(`${folder}/`, '')}`,
    );

  return {
    path,
    keygen,
    certify,
    writePrivate,
    agent: () => agent,
    add: (...names: string[]) => agent.add(...names.map(path)),
    gather,
    shown,
    publicBlob: (name: string) =>
      Buffer.from(readFileSync(path(`${name}.pub`), 'utf8').split(' ')[1] ?? '', 'base64'),
  };
}

export function agentKeys(from: BaseAgent<ParsedKey>): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    from.getIdentities((error, keys) => (error ? reject(error) : resolve((keys ?? []) as ParsedKey[])));
  });
}

export async function blobOf(method: Identity['method']): Promise<string> {
  const key =
    method.type === 'agent'
      ? (await agentKeys(method.agent as BaseAgent<ParsedKey>))[0]
      : (method.key as ParsedKey);
  return key?.getPublicSSH().toString('base64') ?? '';
}

export async function sign(
  method: Identity['method'],
  data: Buffer,
  hash: 'sha256' | 'sha512' | undefined,
): Promise<Buffer> {
  if (method.type !== 'agent') return (method.key as ParsedKey).sign(data, hash);
  const from = method.agent as BaseAgent<ParsedKey>;
  const [key] = await agentKeys(from);
  return new Promise((resolve, reject) => {
    if (key === undefined) return reject(new Error('the agent shows no key'));
    from.sign(key, data, hash === undefined ? {} : { hash }, (error, signature) =>
      signature === undefined ? reject(error ?? new Error('no signature')) : resolve(signature),
    );
  });
}
