import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, startLab } from '@cluster-execution/lab';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatherIdentities, type Identities } from './identities.js';
import { startAgent, type Agent } from './testing/agent.js';

/** Every kind of key, from a file and from an agent, against a real sshd that allows two attempts. */
const kinds = ['ed25519', 'rsa', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'];
let folder: string;
let agent: Agent;
let lab: Lab;

const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'identities-lab-'));
  agent = await startAgent(path('agent'));
  for (const name of [...kinds, 'stranger-1', 'stranger-2', 'stranger-3']) {
    const [type = '', bits] = name.startsWith('ecdsa')
      ? name.split('-')
      : [name === 'rsa' ? 'rsa' : 'ed25519'];
    const options = bits === undefined ? [] : ['-b', bits];
    execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', '', '-f', path(name)]);
  }
  const taken = kinds.map((name) => readFileSync(path(`${name}.pub`), 'utf8')).join('');
  writeFileSync(path('authorized_keys'), taken, { mode: 0o600 });
  const sshdExtra = [
    `AuthorizedKeysFile ${path('authorized_keys')}`,
    'StrictModes no',
    'MaxAuthTries 2',
    'PasswordAuthentication no',
  ];
  lab = await startLab({ nodes: 1, homes: false, engine: 'sshd', sshdExtra: () => sshdExtra });
});
afterAll(async () => {
  await agent.end();
  await lab.close();
  rmSync(folder, { recursive: true });
});

async function logIn({ identities }: Identities): Promise<string> {
  const [node] = lab.nodes;
  if (node === undefined) throw new Error('the lab has no node');
  const client = new ssh2.Client();
  // A server that has hung up gives a second error for our goodbye.
  client.on('error', () => undefined);
  const ended = Promise.race([
    once(client, 'ready').then(() => 'ready'),
    once(client, 'close').then(() => 'closed'),
  ]);
  client.connect({
    host: node.host,
    port: node.port,
    username: lab.user,
    authHandler: identities.map(({ method }) => method),
    readyTimeout: 20_000,
  });
  try {
    return await ended;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    client.end();
  }
}

const gather = (names: readonly string[], agentSocket?: string) =>
  gatherIdentities({
    user: lab.user,
    identityFiles: names.map(path),
    identitiesOnly: true,
    ...(agentSocket !== undefined && { agentSocket }),
  });

test.each(kinds)('%s logs in from its file', async (kind) => {
  expect(await logIn(await gather([kind]))).toBe('ready');
});

test.each(kinds)('%s logs in by the agent', async (kind) => {
  agent.add(path(kind));
  const found = await gather([kind], agent.socket);
  expect(found.identities.map(({ method }) => method.type)).toEqual(['agent']);
  expect(await logIn(found)).toBe('ready');
});

test('one attempt a key: the second of two is still heard, the third of three is not', async () => {
  expect(await logIn(await gather(['stranger-1', 'ed25519']))).toBe('ready');
  expect(await logIn(await gather(['stranger-1', 'stranger-2', 'ed25519']))).not.toBe('ready');
});

test('keys of the configuration come before the many that an agent holds', async () => {
  const names = ['stranger-1', 'stranger-2', 'stranger-3', 'ed25519'];
  for (const name of names) {
    agent.add(path(name));
  }
  const found = await gatherIdentities({
    user: lab.user,
    identityFiles: [path('ed25519')],
    identitiesOnly: false,
    agentSocket: agent.socket,
  });
  expect(found.identities.length).toBeGreaterThan(3);
  expect(await logIn(found)).toBe('ready');
});
