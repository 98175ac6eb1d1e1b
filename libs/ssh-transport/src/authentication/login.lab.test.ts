import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { Lab } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../connection/stream.js';
import { ran, run, setUpLogin } from './testing/login.js';

const { here, start, open, configurationOf, makeKeys, startAgentWith } = setUpLogin();

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
    const { socket } = await startAgentWith([...makeKeys('one', 'two', 'three'), lab.identityFile]);
    const { transport } = open(lab, { identityFiles: [lab.identityFile], agentSocket: socket });
    expect(await run(transport, lab)).toEqual(ran);
  });
});

describe('an agent', () => {
  it('that is gone when it is to sign gives way to the next key, and is told of where there is none', async () => {
    const lab = await start();
    const [stranger = ''] = makeKeys('stranger');
    const agent = await startAgentWith([lab.identityFile]);
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
    const config = here('config');
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
    const { socket } = await startAgentWith([a, b, c, e]);
    const lines = linesFor({ a, b, c, d, e, f });
    const theirs = await offeredBySsh(lab, socket, lines);
    expect(theirs.length).toBeGreaterThan(0);
    const ours = await offeredByUs(lab, socket, lines);
    expect(ours).toEqual(theirs);
  });

  async function offeredByUs(lab: Lab, socket: string, lines: readonly string[]): Promise<string[]> {
    const configuration = configurationOf(lab, lines.join('\n'));
    const { transport } = open(lab, { configuration, agentSocket: socket });
    const refusal = await run(transport, lab);
    const hint = (refusal as { hint?: string }).hint ?? '';
    const labels = /Offered: (.*)\.$/.exec(hint)?.[1]?.split(', ') ?? [];
    return labels.map((label) => named(label, /cert/.test(label)));
  }
});
