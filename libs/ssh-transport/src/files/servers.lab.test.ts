import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { findSftpServer } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import { setUpLabs, targetOf } from '../testing/labs.js';
import { codeOf, expectSame, make, mib } from './testing/transfers.js';

/** Servers that are not as OpenSSH’s is, or do not do as they are told. */
const { here, start, open } = setUpLabs('servers');

describe('what cannot be', () => {
  it('is SFTP on a server that has none', async () => {
    const without = await start({ sftp: false });
    const refused = open(without).upload(targetOf(without), { from: Readable.from(['x']), to: 'x' });
    await expect(refused).rejects.toMatchObject({
      code: 'sftp-refused',
      hint: expect.stringContaining('Subsystem'),
    });
  });

  it.each([
    ['something else speaks', 'echo "This account is restricted." ; cat', /restricted/],
    ['it ends at once', 'echo "no sftp-server" >&2; exit 127', /ended at once, with 127/],
    ['it says nothing', 'sleep 1000', /says nothing/],
  ])('is SFTP where %s', async (_what, command, message) => {
    const other = await start({ sshdExtra: () => [`ForceCommand ${command}`] });
    const refused = open(other, { handshakeTimeoutMs: 1_500 }).download(targetOf(other), {
      from: 'x',
      to: here('x'),
    });
    await expect(refused).rejects.toMatchObject({
      code: 'sftp-failed',
      message: expect.stringMatching(message),
    });
  });
});

it('does without the extensions of OpenSSH', async () => {
  const denied = 'posix-rename,fsync,limits,statvfs';
  const plain = await start({ sshdExtra: () => [`ForceCommand internal-sftp -P ${denied}`] });
  const [first, second] = [await make(here('a'), 3 * mib), await make(here('b'), 2 * mib)];
  const to = here('target');
  for (const [name, content] of [
    ['a', first],
    ['b', second],
  ] as const) {
    await open(plain).upload(targetOf(plain), { from: here(name), to });
    await expectSame(to, content);
  }
  await open(plain).download(targetOf(plain), { from: to, to: here('back') });
  expect((await readFile(here('back'))).equals(second)).toBe(true);
});

/** An sftp-server some of whose answers are of our making. */
const meddle = `
  const { spawn } = require('node:child_process');
  const [server, fault, ...args] = process.argv.slice(2);
  const child = spawn(server, args, { stdio: ['pipe', fault === 'unheard' ? 'pipe' : 'inherit', 'inherit'] });
  const refused = fault.split(',').map(Number);
  let held = Buffer.alloc(0);
  let renames = 0;
  let deaf = false;
  child.stdout?.on('data', (chunk) => deaf || process.stdout.write(chunk));
  child.on('close', () => process.exit());
  process.stdin.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const packet = held.subarray(0, 4 + held.readUInt32BE(0));
      held = held.subarray(packet.length);
      const rename = packet[4] === 18 || (packet[4] === 200 && packet.includes('posix-rename'));
      const limits = packet[4] === 200 && packet.includes('limits@');
      if (limits && fault === 'mute') continue;
      if (rename && fault === 'undone') process.exit();
      if (rename && fault === 'unheard') {
        deaf = true;
        child.stdin.end(packet);
      } else if (rename ? refused.includes((renames += 1)) : limits && fault === 'reticent') {
        const answer = Buffer.from('0000001165000000000000000400000000' + '00000000', 'hex');
        packet.copy(answer, 5, 5, 9);
        process.stdout.write(answer);
      } else child.stdin.write(packet);
    }
  });
  process.stdin.on('end', () => child.stdin.end());
`;

async function startMeddling(fault: string, ...args: string[]) {
  await writeFile(here('meddle.cjs'), meddle);
  const command = [process.execPath, here('meddle.cjs'), await findSftpServer(), fault, ...args].join(' ');
  return start({ sshdExtra: () => [`ForceCommand exec ${command}`] });
}

it('copies by small blocks where a server will not say what it takes', async () => {
  const reticent = await startMeddling('reticent');
  const content = await make(here('file'), 300_000);
  const sent = open(reticent).upload(targetOf(reticent), { from: here('file'), to: here('copy') });
  expect(await sent).toMatchObject({ bytes: content.length });
  await expectSame(here('copy'), content);
});

it('gives up on a server that says its name and then nothing, and leaves nothing of it', async () => {
  const mute = await startMeddling('mute');
  const refused = open(mute, { handshakeTimeoutMs: 500 }).download(targetOf(mute), {
    from: 'x',
    to: here('x'),
  });
  await expect(refused).rejects.toMatchObject({
    code: 'sftp-failed',
    message: expect.stringMatching(/^The SFTP server of 127\.0\.0\.1 port \d+ says nothing/),
  });
  await expect.poll(() => mute.node('n1').processes(), { timeout: 10_000 }).toEqual([]);
}, 60_000);

describe('a server that does not put the new file in its place', () => {
  const contents = async () => {
    await Promise.all([rm(here('meddle.cjs')), rm(here('file'))]);
    const names = (await readdir(here())).toSorted();
    const files = names.map(async (name) => [name, (await readFile(here(name))).toString('hex')] as const);
    return Object.fromEntries(await Promise.all(files));
  };
  const hex = (text: string) => Buffer.from(text).toString('hex');

  it('in steps leaves the old one, where that can be put back', async () => {
    const meddling = await startMeddling('3', '-P', 'posix-rename');
    await make(here('file'), 1_000);
    await writeFile(here('target'), 'old');
    const work = open(meddling).upload(targetOf(meddling), { from: here('file'), to: here('target') });
    expect(await codeOf(work)).toBe('transfer-failed');
    expect(await contents()).toEqual({ target: hex('old') });
  });

  it('in steps leaves both, where it cannot, and says what is where', async () => {
    const meddling = await startMeddling('3,4', '-P', 'posix-rename');
    const content = await make(here('file'), 1_000);
    await writeFile(here('target'), 'old');
    const error = await open(meddling)
      .upload(targetOf(meddling), { from: here('file'), to: here('target') })
      .catch((thrown: unknown) => thrown);
    const found = await contents();
    const [part = '', aside = ''] = Object.keys(found).toSorted((a) => (a.endsWith('.part') ? -1 : 1));
    expect(found).toEqual({ [part]: content.toString('hex'), [aside]: hex('old') });
    expect(error).toMatchObject({
      code: 'replace-unfinished',
      message: expect.stringContaining(
        `"${here('target')}" on the node 127.0.0.1 is not there now: its server moved it to "${here(aside)}"`,
      ),
      hint: expect.stringContaining(`rename ${here(part)}, the new file, or ${here(aside)}, the old one`),
    });
  });

  it.each([
    ['undone', []],
    ['unheard', []],
    ['undone', ['-P', 'posix-rename']],
    ['unheard', ['-P', 'posix-rename']],
  ])('and is cut off meanwhile is not said to have, or not to have: %s %j', async (fault, args) => {
    const meddling = await startMeddling(fault, ...args);
    const content = await make(here('file'), 1_000);
    if (args.length === 0) await writeFile(here('target'), 'old');
    const error = await open(meddling)
      .upload(targetOf(meddling), { from: here('file'), to: here('target') })
      .catch((thrown: unknown) => thrown);
    const { target, ...others } = await contents();
    const [part = 'none'] = Object.keys(others);
    if (fault === 'unheard') {
      expect({ target, others }).toEqual({ target: content.toString('hex'), others: {} });
    } else {
      expect(target).toBe(args.length === 0 ? hex('old') : undefined);
      expect(others).toEqual({ [part]: content.toString('hex') });
      expect(error).toMatchObject({ hint: expect.stringContaining(here(part)) });
    }
    expect(error).toMatchObject({
      code: 'replace-unfinished',
      message: expect.stringMatching(
        /not known whether the new file took the place of \S+\/target" on the node/,
      ),
      hint: expect.stringContaining(`Look at ${here('target')}`),
    });
  });
});
