import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { startLab, type Lab, type LabOptions } from '@cluster-execution/lab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from '../connection/stream.js';
import type { TransportOptions } from '../options.js';
import { createTransport, type Transport } from '../transport.js';
import type { SecretQuestion } from './secret-question.js';

let folder: string;
const labs: Lab[] = [];
const agents: ChildProcess[] = [];
const opened: Transport[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-'));
});
afterEach(async () => {
  for (const transport of opened.splice(0)) transport.close();
  await Promise.all([...labs.splice(0).map((lab) => lab.close()), ...agents.splice(0).map(endAgent)]);
  await rm(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);

async function start(options: Partial<LabOptions> = {}): Promise<Lab> {
  const lab = await startLab({ nodes: 1, ...options });
  labs.push(lab);
  return lab;
}

/** A transport that counts its connections. */
function open(lab: Lab, over: Partial<TransportOptions>) {
  const counted = { dials: 0 };
  const transport = createTransport({
    localUser: lab.user,
    home: folder,
    knownHostsFile: lab.knownHostsFile,
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
    environment: 'plain',
    openSocket: (destination, signal) => {
      counted.dials += 1;
      return openSocket(destination, signal);
    },
    ...over,
  });
  opened.push(transport);
  return { transport, counted };
}

const run = (transport: Transport, lab: Lab, command = 'exit 3') =>
  transport.run({ host: lab.node('n1').host, port: lab.node('n1').port }, { command }).then(
    ({ exit }) => exit,
    (error: unknown) => error,
  );
const ran = { kind: 'exited', code: 3 };

function makeKeys(...names: string[]): string[] {
  return names.map((name) => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path(name)]);
    return path(name);
  });
}

async function startAgent(keys: readonly string[]): Promise<{ socket: string; end(): Promise<void> }> {
  const socket = path(`agent-${agents.length}`);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  agents.push(agent);
  if (agent.stdout) await once(agent.stdout, 'data');
  const env = { PATH: process.env['PATH'], SSH_AUTH_SOCK: socket };
  for (const key of keys) execFileSync('ssh-add', ['-q', key], { env, stdio: 'ignore' });
  return { socket, end: () => endAgent(agent) };
}

async function endAgent(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  agent.kill('SIGTERM');
  await once(agent, 'exit');
}

describe('a server that hears out only so many keys', () => {
  it('has refused us, as a cause and with what to do; it is not tried again, and not taken for dead', async () => {
    const lab = await start({ sshdExtra: () => ['MaxAuthTries 2'] });
    const strangers = makeKeys('one', 'two', 'three');
    const { transport, counted } = open(lab, {
      identityFiles: [...strangers, lab.identityFile],
      attempts: 3,
    });
    const refusal = await run(transport, lab);
    expect(refusal).toMatchObject({
      name: 'TransportError',
      code: 'authentication-failed',
      message: expect.stringMatching(/before it let \S+ in with any key: Too many authentication failures/),
      hint: expect.stringMatching(/MaxAuthTries.*IdentitiesOnly.*Offered: .*one, .*two\.$/),
    });
    expect(counted.dials).toBe(1);
    expect(await run(transport, lab)).toMatchObject({
      code: 'authentication-failed',
      retryAfterMs: undefined,
    });
  });

  it('is told the keys of the configuration first, whatever an agent holds', async () => {
    const lab = await start({ sshdExtra: () => ['MaxAuthTries 2'] });
    const { socket } = await startAgent([...makeKeys('one', 'two', 'three'), lab.identityFile]);
    const { transport } = open(lab, { identityFiles: [lab.identityFile], agentSocket: socket });
    expect(await run(transport, lab)).toEqual(ran);
  });
});

describe('an agent', () => {
  it('that is gone when it is to sign gives way to the next key, and is told of where there is none', async () => {
    const lab = await start();
    const [stranger = ''] = makeKeys('stranger');
    const agent = await startAgent([lab.identityFile]);
    const gone = {
      agentSocket: agent.socket,
      openSocket: async (...args: Parameters<typeof openSocket>) => {
        await agent.end(); // it has said by now which keys it holds
        return openSocket(...args);
      },
    };
    const { transport } = open(lab, { ...gone, identityFiles: [stranger] });
    expect(await run(transport, lab)).toMatchObject({
      code: 'authentication-failed',
      hint: expect.stringContaining(agent.socket),
    });
  });
});

describe('the order of keys', () => {
  /** What ssh itself offers, as it says so. */
  async function offeredBySsh(lab: Lab, socket: string, lines: readonly string[]): Promise<string[]> {
    const { host, port } = lab.node('n1');
    const config = path('config');
    await writeFile(config, lines.join('\n'), { mode: 0o600 });
    const known = `UserKnownHostsFile=${lab.knownHostsFile}`;
    const args = ['-v', '-F', config, '-o', 'BatchMode=yes', '-o', known, '-p', String(port), host, 'true'];
    const ssh = spawn('ssh', args, { env: { PATH: process.env['PATH'], SSH_AUTH_SOCK: socket } });
    let said = '';
    ssh.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(ssh, 'close');
    const offered = said.matchAll(/Offering public key: (.*) ED25519(-CERT)? SHA256:/g);
    return [...offered].map(([, label = '', certificate]) => named(label, certificate !== undefined));
  }

  /** ssh names a certificate by its key's file, we by its own. */
  const named = (label: string, certificate: boolean) =>
    `${certificate ? 'certificate' : 'key'} ${label.replace(/-cert\.pub$| \(certificate\)$/, '')}`;

  const cases: [string, (names: Record<string, string>) => string[]][] = [
    ['the agent alone', () => ['IdentityFile none']],
    [
      'a file that the agent holds, and one that it does not',
      ({ b, d }) => [`IdentityFile ${d}`, `IdentityFile ${b}`],
    ],
    [
      'only those of the configuration',
      ({ b, d }) => ['IdentitiesOnly yes', `IdentityFile ${d}`, `IdentityFile ${b}`],
    ],
    ['a public key whose private half only the agent has', ({ c }) => [`IdentityFile ${c}.pub`]],
    ['no agent', ({ a, d }) => ['IdentityAgent none', `IdentityFile ${d}`, `IdentityFile ${a}`]],
    [
      'certificates beside files and in the agent',
      ({ b, d, f }) => [`IdentityFile ${d}`, `IdentityFile ${b}`, `IdentityFile ${f}`],
    ],
    [
      'a certificate that is named',
      ({ b, d, f }) => [
        `IdentityFile ${d}`,
        `IdentityFile ${b}`,
        `CertificateFile ${f}-cert.pub`,
        `IdentityFile ${f}`,
      ],
    ],
    ['the same file twice', ({ d }) => [`IdentityFile ${d}`, `IdentityFile ${d}`]],
  ];

  it.each(cases)('is that of ssh: %s', async (_name, linesFor) => {
    const lab = await start({ sshdExtra: () => ['MaxAuthTries 20', 'AuthorizedKeysFile none'] });
    const [a = '', b = '', c = '', d = '', e = '', f = ''] = makeKeys('a', 'b', 'c', 'd', 'e', 'f');
    for (const name of [d, e, f])
      execFileSync('ssh-keygen', ['-q', '-s', a, '-I', 'id', '-n', lab.user, `${name}.pub`]);
    const { socket } = await startAgent([a, b, c, e]);
    const lines = linesFor({ a, b, c, d, e, f });
    const theirs = await offeredBySsh(lab, socket, lines);
    expect(theirs.length).toBeGreaterThan(0);
    const ours = await offeredByUs(lab, socket, lines);
    expect(ours).toEqual(theirs);
  });

  async function offeredByUs(lab: Lab, socket: string, lines: readonly string[]): Promise<string[]> {
    const { loadSshConfiguration } = await import('../configuration/index.js');
    const configuration = loadSshConfiguration({
      files: [{ path: 'config' }],
      readFile: () => lines.join('\n'),
      listFolder: () => undefined,
      home: folder,
      localUser: lab.user,
      localHostname: 'here',
      env: {},
    });
    const { transport } = open(lab, { configuration, agentSocket: socket });
    const refusal = await run(transport, lab);
    const hint = (refusal as { hint?: string }).hint ?? '';
    const labels = /Offered: (.*)\.$/.exec(hint)?.[1]?.split(', ') ?? [];
    return labels.map((label) => named(label, /cert/.test(label)));
  }
});

/** `openssl passwd -6 -salt abcdefgh 'open sesame'` */
const passwordHash = [
  '$6$abcdefgh$CkjGkP7IIgZVUCNlt.Vi53LOYJLXZ5KzdpzEYCj01XGruA1hx',
  'ZYJqccTU2zz68oJwAGsd1iPty5F7dHIatUTy/',
].join('');

describe.skipIf(process.getuid?.() !== 0)(
  'a person, asked by a real sshd (as root, who can have a user made up)',
  () => {
    const passwords = ['AuthenticationMethods any', 'PasswordAuthentication yes'];
    const startWith = (lines: readonly string[]) =>
      start({ user: { name: 'dev', passwordHash }, engine: 'sshd', sshdExtra: () => [...lines] });

    /** Somebody who gives one answer after the other, then none. */
    function person(...answers: string[]) {
      const asked: SecretQuestion[] = [];
      const left = [...answers];
      return {
        asked,
        askSecret: (_target: unknown, question: SecretQuestion) => {
          asked.push(question);
          return Promise.resolve(left.shift());
        },
      };
    }

    it('gives a password, once for many commands', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person('open sesame');
      const { transport, counted } = open(lab, { askSecret });
      const exits = await Promise.all(Array.from({ length: 30 }, () => run(transport, lab)));
      expect(exits).toEqual(exits.map(() => ran));
      expect(asked).toEqual([{ prompt: 'Password: ', echo: false, attempt: 1 }]);
      expect(counted.dials).toBe(1);
    });

    it('may take longer than a machine', async () => {
      const lab = await startWith(passwords);
      const askSecret = () =>
        new Promise<string>((resolve) => setTimeout(() => resolve('open sesame'), 1_500));
      const { transport } = open(lab, { askSecret, handshakeTimeoutMs: 1_000 });
      expect(await run(transport, lab)).toEqual(ran);
    });

    it('may be wrong as often as ssh allows, and is told so', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person('one', 'two', 'open sesame');
      expect(await run(open(lab, { askSecret }).transport, lab)).toEqual(ran);
      expect(asked.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      const never = person('one', 'two', 'three', 'open sesame');
      const refusal = await run(open(lab, never).transport, lab);
      expect(refusal).toMatchObject({
        code: 'authentication-failed',
        message: expect.stringContaining('with any key or answer'),
      });
      expect(never.asked).toHaveLength(3);
    });

    it('may give no answer: that is the end, without a second question', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person();
      expect(await run(open(lab, { askSecret }).transport, lab)).toMatchObject({
        code: 'authentication-failed',
      });
      expect(asked).toHaveLength(1);
    });

    it('answers what a server thinks up to ask (PAM, by keyboard-interactive)', async () => {
      const lab = await startWith([
        'AuthenticationMethods keyboard-interactive',
        'KbdInteractiveAuthentication yes',
        'UsePAM yes',
      ]);
      const { asked, askSecret } = person('wrong', 'open sesame');
      expect(await run(open(lab, { askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toEqual([
        { prompt: expect.stringMatching(/Password: $/), echo: false, attempt: 1 },
        { prompt: expect.stringMatching(/Password: $/), echo: false, attempt: 2 },
      ]);
    });

    it.each(['file', 'agent'])('gives a password besides a key of a %s', async (place) => {
      const lab = await startWith(['AuthenticationMethods publickey,password', 'PasswordAuthentication yes']);
      const keys =
        place === 'file'
          ? { identityFiles: [lab.identityFile] }
          : { agentSocket: (await startAgent([lab.identityFile])).socket };
      const { asked, askSecret } = person('open sesame');
      expect(await run(open(lab, { ...keys, askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toHaveLength(1);
    });

    it('is asked by a server that takes passwords alone, however many keys an agent has', async () => {
      const lab = await startWith([
        'AuthenticationMethods password',
        'PasswordAuthentication yes',
        'MaxAuthTries 3',
      ]);
      const { socket } = await startAgent(makeKeys('a', 'b', 'c', 'd'));
      const { asked, askSecret } = person('open sesame');
      expect(await run(open(lab, { agentSocket: socket, askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toHaveLength(1);
    });

    it('is not bothered where a key is taken, nor where the server takes nothing else', async () => {
      const lab = await startWith(passwords);
      const [stranger = ''] = makeKeys('stranger');
      const { asked, askSecret } = person('open sesame', 'open sesame');
      const identityFiles = [stranger, lab.identityFile];
      expect(await run(open(lab, { identityFiles, askSecret }).transport, lab)).toEqual(ran);
      const keysOnly = await start();
      expect(
        await run(open(keysOnly, { identityFiles: [stranger], askSecret }).transport, keysOnly),
      ).toMatchObject({ code: 'authentication-failed' });
      expect(asked).toEqual([]);
    });

    it('is what is missing where nobody can be asked; no answer is ever told', async () => {
      const lab = await startWith(passwords);
      const [stranger = ''] = makeKeys('stranger');
      const identityFiles = [stranger];
      expect(await run(open(lab, { identityFiles }).transport, lab)).toMatchObject({
        code: 'authentication-failed',
        hint: expect.stringContaining('only a person can give'),
      });
      const notices: string[] = [];
      const { askSecret } = person('not so open', 'sesame');
      const onNotice = (_target: unknown, message: string) => notices.push(message);
      const refusal = await run(open(lab, { identityFiles, askSecret, onNotice }).transport, lab);
      expect(inspect(refusal, { depth: 10 }) + notices.join()).not.toMatch(/sesame|not so open/);
    });

    it('cannot be asked: that is the cause', async () => {
      const lab = await startWith(passwords);
      const gone = new Error('the terminal is gone');
      const { transport } = open(lab, { askSecret: () => Promise.reject(gone) });
      expect(await run(transport, lab)).toMatchObject({ code: 'authentication-failed', cause: gone });
    });

    it('is told no more once the server has hung up', async () => {
      const lab = await startWith([...passwords, 'LoginGraceTime 1']);
      let told: AbortSignal | undefined;
      const askSecret = (_target: unknown, _question: SecretQuestion, signal: AbortSignal) => {
        told = signal;
        return new Promise<undefined>((resolve) =>
          signal.addEventListener('abort', () => resolve(undefined)),
        );
      };
      const refusal = await run(open(lab, { askSecret, attempts: 1 }).transport, lab);
      expect(refusal).toMatchObject({ code: 'authentication-failed' });
      expect(told?.aborted).toBe(true);
    });
  },
);
