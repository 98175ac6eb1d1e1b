import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { findSftpServer, startLab, type Lab, type LabNode, type LabOptions } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTransport, type Transport } from '../transport.js';
import type { TransportOptions } from '../options.js';
import type { DownloadRequest } from './request.js';

let lab: Lab;
let node: LabNode;
/** Here; emptied for each test, as the node's home is. */
let folder: string;
let transport: Transport;
const labs: Lab[] = [];
const opened: Transport[] = [];

beforeAll(async () => {
  lab = await startLab({ nodes: 1 });
  node = lab.node('n1');
});
afterAll(() => lab.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transfers-'));
  transport = open(lab);
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await Promise.all(labs.splice(0).map((each) => each.close()));
  await rm(folder, { recursive: true });
  await Promise.all((await readdir(node.home)).map((name) => rm(join(node.home, name), { recursive: true })));
});

async function start(options: Partial<LabOptions>): Promise<Lab> {
  const started = await startLab({ nodes: 1, ...options });
  labs.push(started);
  return started;
}

function open(of: Lab, over: Partial<TransportOptions> = {}): Transport {
  const made = createTransport({
    localUser: of.user,
    home: folder,
    identityFiles: [of.identityFile],
    knownHostsFile: of.knownHostsFile,
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
    environment: 'plain',
    ...over,
  });
  opened.push(made);
  return made;
}

const at = (of: Lab = lab) => ({ host: of.node('n1').host, port: of.node('n1').port });
const there = (name: string) => join(node.home, name);
const here = (name: string) => join(folder, name);
const mib = 1024 * 1024;
const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

/** Random bytes in a file here. */
async function make(name: string, bytes: number, mode = 0o644): Promise<Buffer> {
  const content = randomBytes(bytes);
  await writeFile(here(name), content);
  await chmod(here(name), mode);
  return content;
}

const same = async (path: string, content: Buffer) =>
  expect((await readFile(path)).equals(content)).toBe(true);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: { code?: unknown }) => error.code,
  );

describe('a file', () => {
  it.each([0, 1, 32_768, 261_120, 261_121, 1_000_003])('of %d bytes goes and comes back', async (bytes) => {
    const content = await make('file', bytes);
    expect(await transport.upload(at(), { from: here('file'), to: 'file' })).toMatchObject({
      bytes,
      resumedBytes: 0,
    });
    await same(there('file'), content);
    expect(await transport.download(at(), { from: 'file', to: here('back') })).toMatchObject({ bytes });
    await same(here('back'), content);
    expect(await readdir(node.home)).toEqual(['file']);
  });

  it('of 48 MiB does, and tells how far it is', async () => {
    const content = await make('file', 48 * mib + 7);
    for (const [from, to, move] of [
      [here('file'), 'file', 'upload'],
      ['file', here('back'), 'download'],
    ] as const) {
      const seen: number[] = [];
      await transport[move](at(), {
        from,
        to,
        onProgress: ({ bytes, totalBytes }) => {
          expect(totalBytes).toBe(content.length);
          seen.push(bytes);
        },
      });
      expect(seen.length).toBeGreaterThan(100);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(content.length);
    }
    await same(there('file'), content);
    await same(here('back'), content);
  });

  it.each([
    'with space',
    `it's "quoted" $HOME \`id\` & (more); *?`,
    '-rf',
    '.hidden',
    'two\nlines',
    'ünïcödé 日本語 🙂',
    '\\back\\slash',
    'n'.repeat(255),
    '日'.repeat(85),
    '~',
  ])('may be called %j', async (name) => {
    const content = await make('file', 5_000);
    for (const resume of [true, false])
      await transport.upload(at(), { from: here('file'), to: `./${name}`, resume });
    expect(await readdir(node.home)).toEqual([name]);
    await transport.download(at(), { from: there(name), to: here(name) });
    await same(here(name), content);
  });

  it('is found below the user’s home and by its whole path', async () => {
    await mkdir(there('below'));
    const content = await make('file', 10);
    for (const to of ['~/below/a', 'below/b', there('below/c')])
      await transport.upload(at(), { from: here('file'), to });
    expect((await readdir(there('below'))).toSorted()).toEqual(['a', 'b', 'c']);
    await transport.download(at(), { from: '~/below/a', to: here('back') });
    await same(here('back'), content);
  });

  it('of /proc, which says that it has no bytes, comes whole', async () => {
    await transport.download(at(), { from: '/proc/cpuinfo', to: here('cpuinfo') });
    expect(await readFile(here('cpuinfo'), 'utf8')).toMatch(/processor/);
  });
});

describe('permissions', () => {
  it('are the source’s, less what the receiving side masks', async () => {
    for (const mode of [0o600, 0o444, 0o755, 0o640]) {
      await make('file', 10, mode);
      await transport.upload(at(), { from: here('file'), to: `up-${mode}` });
      await transport.download(at(), { from: `up-${mode}`, to: here(`down-${mode}`) });
      expect(await modeOf(there(`up-${mode}`))).toBe(mode & ~0o022);
      expect(await modeOf(here(`down-${mode}`))).toBe(mode & ~0o022);
    }
  });

  it('are those of what is replaced, or those asked for', async () => {
    await make('file', 10, 0o644);
    await writeFile(there('secret'), 'old', { mode: 0o600 });
    await transport.upload(at(), { from: here('file'), to: 'secret' });
    expect(await modeOf(there('secret'))).toBe(0o600);
    await transport.upload(at(), { from: here('file'), to: 'secret', mode: 0o4775 });
    expect(await modeOf(there('secret'))).toBe(0o4775);
    await transport.upload(at(), { from: Readable.from(['x']), to: 'stream' });
    expect(await modeOf(there('stream'))).toBe(0o644);
  });

  it('let nobody read what nobody is to read while it comes', async () => {
    let meanwhile: number | undefined;
    await transport.upload(at(), {
      from: Readable.from([randomBytes(mib)]),
      to: 'secret',
      mode: 0o400,
      onProgress: () => {
        const [part = ''] = execFileSync('ls', ['-A', node.home], { encoding: 'utf8' }).trim().split('\n');
        meanwhile = Number.parseInt(execFileSync('stat', ['-c', '%a', there(part)], { encoding: 'utf8' }), 8);
      },
    });
    expect(meanwhile).toBe(0o600);
    expect(await modeOf(there('secret'))).toBe(0o400);
  });
});

describe('streams', () => {
  it('are sent, whatever the size of their pieces', async () => {
    const content = randomBytes(3 * mib + 11);
    const pieces = function* () {
      for (let from = 0, size = 1; from < content.length; from += size, size = (size * 7 + 3) % 100_003)
        yield content.subarray(from, from + size);
    };
    for (const source of [Readable.from(pieces()), Readable.from([content])]) {
      const sent = await transport.upload(at(), { from: source, to: 'file' });
      expect(sent).toMatchObject({ bytes: content.length, resumedBytes: 0 });
      await same(there('file'), content);
    }
    await transport.upload(at(), { from: Readable.from(['text ', 'ä']), to: 'file' });
    expect(await readFile(there('file'), 'utf8')).toBe('text ä');
  });

  it('are filled no faster than they are read', async () => {
    const content = randomBytes(24 * mib);
    await writeFile(there('file'), content);
    const chunks: Buffer[] = [];
    let sent = 0;
    let ahead = 0;
    let read = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        ahead = Math.max(ahead, sent - read);
        read += chunk.length;
        setImmediate(done);
      },
    });
    await transport.download(at(), { from: 'file', to: slow, onProgress: ({ bytes }) => (sent = bytes) });
    expect(slow.writableFinished).toBe(true);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(ahead).toBeLessThan(mib);
  });

  it('that break leave nothing in place', async () => {
    await writeFile(there('file'), 'old');
    const broken = new Readable({
      read() {
        this.push(randomBytes(mib));
        this.destroy(new Error('the source is gone'));
      },
    });
    const sent = transport.upload(at(), { from: broken, to: 'file' });
    await expect(sent).rejects.toMatchObject({
      code: 'transfer-failed',
      message: expect.stringContaining('the source is gone'),
    });
    expect(await readdir(node.home)).toEqual(['file']);
    expect(await readFile(there('file'), 'utf8')).toBe('old');
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full up')) });
    await expect(transport.download(at(), { from: 'file', to: full })).rejects.toMatchObject({
      code: 'transfer-failed',
      message: expect.stringContaining('full up'),
    });
  });

  it('are destroyed where nothing comes of it', async () => {
    const [source, sink] = [Readable.from(['x']), new Writable()];
    expect(await codeOf(transport.upload(at(), { from: source, to: 'no/such' }))).toBe('no-such-folder');
    expect(await codeOf(transport.download(at(), { from: 'no/such', to: sink }))).toBe('no-such-file');
    expect([source.destroyed, sink.destroyed]).toEqual([true, true]);
  });
});

describe('what lies at the target', () => {
  it('is there until the new file is whole', async () => {
    await writeFile(there('file'), 'old');
    const source = new Readable({ read: () => undefined });
    source.push(randomBytes(mib));
    let meanwhile = '';
    const sent = transport.upload(at(), {
      from: source,
      to: 'file',
      onProgress: () => {
        meanwhile = execFileSync('cat', [there('file')], { encoding: 'utf8' });
      },
    });
    await expect.poll(() => readdir(node.home), { timeout: 20_000 }).toHaveLength(2);
    source.push(randomBytes(mib));
    source.push(null);
    await sent;
    expect(meanwhile).toBe('old');
    expect((await stat(there('file'))).size).toBe(2 * mib);
    expect(await readdir(node.home)).toEqual(['file']);
  });

  it('stays a link where it is one', async () => {
    await mkdir(there('real'));
    await symlink('real/file', there('link'));
    const content = await make('file', 100);
    await transport.upload(at(), { from: here('file'), to: 'link' });
    await transport.upload(at(), { from: here('file'), to: 'link' });
    await same(there('real/file'), content);
    await writeFile(here('back'), 'old');
    await symlink('back', here('link'));
    await transport.download(at(), { from: 'link', to: here('link') });
    await same(here('back'), content);
    expect((await readdir(folder)).toSorted()).toEqual(['back', 'file', 'link']);
  });

  it('is no folder and nothing else that is no file', async () => {
    await make('file', 100);
    await mkdir(there('folder'));
    await mkdir(here('folder'));
    execFileSync('mkfifo', [there('pipe')]);
    for (const to of ['folder', 'folder/', 'new/', '.', '~', 'pipe', '/dev/null'])
      expect(await codeOf(transport.upload(at(), { from: here('file'), to }))).toBe('not-a-file');
    for (const from of ['folder', 'pipe', '/dev/zero'])
      expect(await codeOf(transport.download(at(), { from, to: here('back') }))).toBe('not-a-file');
    expect(await codeOf(transport.download(at(), { from: '/etc/passwd', to: folder }))).toBe('not-a-file');
    expect(await codeOf(transport.upload(at(), { from: here('folder'), to: 'x' }))).toBe('not-a-file');
    expect((await readdir(node.home)).toSorted()).toEqual(['folder', 'pipe']);
  });

  it('may be written to by two at once: one of the two is there at the end, whole', async () => {
    const contents = [await make('a', 8 * mib), await make('b', 8 * mib)];
    for (const resume of [false, true]) {
      const all = ['a', 'b', 'a', 'b'].map((name) =>
        transport.upload(at(), { from: here(name), to: 'file', resume }),
      );
      await Promise.all(all);
      const found = await readFile(there('file'));
      expect(contents.some((content) => content.equals(found))).toBe(true);
      expect(await readdir(node.home)).toEqual(['file']);
    }
    await transport.upload(at(), { from: here('a'), to: 'file' });
    await Promise.all(
      [1, 2, 3].map(() => transport.download(at(), { from: 'file', to: here('back'), resume: true })),
    );
    expect(contents[0]?.equals(await readFile(here('back')))).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'b', 'back']);
  });
});

describe('what cannot be', () => {
  it('is told with the file and what to do', async () => {
    await make('file', 100);
    await expect(transport.upload(at(), { from: here('none'), to: 'x' })).rejects.toMatchObject({
      code: 'no-such-file',
      message: expect.stringContaining(`${here('none')} here`),
    });
    await expect(transport.upload(at(), { from: here('file'), to: 'no/x' })).rejects.toMatchObject({
      code: 'no-such-folder',
      message: expect.stringContaining('no on the node'),
      hint: expect.stringContaining('mkdir'),
    });
    await expect(transport.download(at(), { from: 'none', to: here('x') })).rejects.toMatchObject({
      code: 'no-such-file',
      message: expect.stringContaining('none on the node'),
    });
    expect(await codeOf(transport.download(at(), { from: '/etc/passwd', to: here('no/x') }))).toBe(
      'no-such-folder',
    );
  });

  it('is SFTP on a server that has none', async () => {
    const without = await start({ sftp: false });
    const refused = open(without).upload(at(without), { from: Readable.from(['x']), to: 'x' });
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
    const refused = open(other, { handshakeTimeoutMs: 1_500 }).download(at(other), {
      from: 'x',
      to: here('x'),
    });
    await expect(refused).rejects.toMatchObject({
      code: 'sftp-failed',
      message: expect.stringMatching(message),
    });
  });
});

it('does not mind what the login shell prints first', async () => {
  await writeFile(there('.bashrc'), 'echo welcome; printf "no newline"; echo warning >&2\n');
  await make('file', 300_000);
  expect(await transport.upload(at(), { from: here('file'), to: 'file' })).toMatchObject({ bytes: 300_000 });
});

it('does without the extensions of OpenSSH', async () => {
  const denied = 'posix-rename,fsync,limits,statvfs';
  const plain = await start({ sshdExtra: () => [`ForceCommand internal-sftp -P ${denied}`] });
  const [first, second] = [await make('a', 3 * mib), await make('b', 2 * mib)];
  const to = here('target');
  for (const [name, content] of [
    ['a', first],
    ['b', second],
  ] as const) {
    await open(plain).upload(at(plain), { from: here(name), to });
    await same(to, content);
  }
  await open(plain).download(at(plain), { from: to, to: here('back') });
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
  const content = await make('file', 300_000);
  const sent = open(reticent).upload(at(reticent), { from: here('file'), to: here('copy') });
  expect(await sent).toMatchObject({ bytes: content.length });
  await same(here('copy'), content);
});

it('gives up on a server that says its name and then nothing, and leaves nothing of it', async () => {
  const mute = await startMeddling('mute');
  const refused = open(mute, { handshakeTimeoutMs: 500 }).download(at(mute), { from: 'x', to: here('x') });
  await expect(refused).rejects.toMatchObject({
    code: 'sftp-failed',
    message: expect.stringMatching(/^The SFTP server of 127\.0\.0\.1 port \d+ says nothing/),
  });
  await expect.poll(() => mute.node('n1').processes(), { timeout: 10_000 }).toEqual([]);
}, 60_000);

describe('a server that does not put the new file in its place', () => {
  const contents = async () => {
    await Promise.all([rm(here('meddle.cjs')), rm(here('file'))]);
    const names = (await readdir(folder)).toSorted();
    const files = names.map(async (name) => [name, (await readFile(here(name))).toString('hex')] as const);
    return Object.fromEntries(await Promise.all(files));
  };
  const hex = (text: string) => Buffer.from(text).toString('hex');

  it('in steps leaves the old one, where that can be put back', async () => {
    const meddling = await startMeddling('3', '-P', 'posix-rename');
    await make('file', 1_000);
    await writeFile(here('target'), 'old');
    const work = open(meddling).upload(at(meddling), { from: here('file'), to: here('target') });
    expect(await codeOf(work)).toBe('transfer-failed');
    expect(await contents()).toEqual({ target: hex('old') });
  });

  it('in steps leaves both, where it cannot, and says what is where', async () => {
    const meddling = await startMeddling('3,4', '-P', 'posix-rename');
    const content = await make('file', 1_000);
    await writeFile(here('target'), 'old');
    const error = await open(meddling)
      .upload(at(meddling), { from: here('file'), to: here('target') })
      .catch((thrown: unknown) => thrown);
    const found = await contents();
    const [part = '', aside = ''] = Object.keys(found).toSorted((a) => (a.endsWith('.part') ? -1 : 1));
    expect(found).toEqual({ [part]: content.toString('hex'), [aside]: hex('old') });
    expect(error).toMatchObject({
      code: 'replace-unfinished',
      message: expect.stringContaining(
        `${here('target')} on the node is not there now: its server moved it to ${here(aside)}`,
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
    const content = await make('file', 1_000);
    if (args.length === 0) await writeFile(here('target'), 'old');
    const error = await open(meddling)
      .upload(at(meddling), { from: here('file'), to: here('target') })
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
        /not known whether the new file took the place of \S+\/target on the node/,
      ),
      hint: expect.stringContaining(`Look at ${here('target')}`),
    });
  });
});

describe('a connection that is cut', () => {
  /** Cuts the connection once `bytes` have arrived. */
  const cutAt = (limit: number) => {
    let cut: Promise<void> | undefined;
    return ({ bytes }: { bytes: number }) => {
      if (bytes >= limit) cut ??= node.dropConnections();
    };
  };
  const parts = async (where: string) => (await readdir(where)).filter((name) => name.endsWith('.part'));

  it('leaves nothing of an upload, and what was there', async () => {
    await make('file', 32 * mib);
    await writeFile(there('file'), 'old');
    const cut = transport.upload(at(), { from: here('file'), to: 'file', onProgress: cutAt(4 * mib) });
    await expect(cut).rejects.toMatchObject({
      code: 'transfer-interrupted',
      hint: expect.stringContaining('resume'),
    });
    expect(await readFile(there('file'), 'utf8')).toBe('old');
    expect(await parts(node.home)).toEqual([]);
  });

  it('is noticed at once by what waits for something here', async () => {
    await writeFile(there('file'), randomBytes(8 * mib));
    const source = new Readable({ read: () => undefined });
    source.push(randomBytes(mib));
    const sink = new Writable({ highWaterMark: 1, write: () => undefined });
    const moves = [
      transport.upload(at(), { from: source, to: 'sent' }),
      transport.download(at(), { from: 'file', to: sink }),
    ].map(codeOf);
    const sizes = async () =>
      (await Promise.all((await parts(node.home)).map((name) => stat(there(name))))).map(({ size }) => size);
    await expect
      .poll(sizes, { timeout: 20_000 })
      .toEqual([expect.toSatisfy((size: number) => size > mib / 2)]);
    await expect.poll(() => sink.writableLength).toBeGreaterThan(0);
    await node.dropConnections();
    expect(await Promise.all(moves)).toEqual(['transfer-interrupted', 'transfer-interrupted']);
    expect([source.destroyed, sink.destroyed]).toEqual([true, true]);
    expect(await parts(node.home)).toEqual([]);
  });

  it('leaves nothing of a download', async () => {
    await writeFile(there('file'), randomBytes(32 * mib));
    const cut = transport.download(at(), { from: 'file', to: here('file'), onProgress: cutAt(4 * mib) });
    expect(await codeOf(cut)).toBe('transfer-interrupted');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['upload', 'download'] as const)(
    'does not make an %s begin again that is to be resumed',
    async (way) => {
      const content = randomBytes(32 * mib);
      const [source, target] =
        way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
      await writeFile(source, content);
      const move = (onProgress: (progress: { bytes: number }) => void) =>
        transport[way](at(), { from: source, to: target, resume: true, onProgress });
      let done = 0;
      for (const limit of [8 * mib, 20 * mib]) {
        const cut = cutAt(limit);
        const attempt = move((progress) => {
          done = progress.bytes;
          cut(progress);
        });
        expect(await codeOf(attempt)).toBe('transfer-interrupted');
        expect(await parts(way === 'upload' ? node.home : folder)).toHaveLength(1);
      }
      let first = 0;
      const last = await move(({ bytes }) => (first ||= bytes));
      expect(last.resumedBytes).toBeGreaterThanOrEqual(done);
      expect(last).toMatchObject({ bytes: content.length, resumedBytes: first });
      await same(target, content);
      expect(await parts(way === 'upload' ? node.home : folder)).toEqual([]);
    },
  );

  it.each(['upload', 'download'] as const)(
    'makes an %s begin again where anything is not as it was',
    async (way) => {
      const [source, target] =
        way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
      const place = way === 'upload' ? node.home : folder;
      const request = { from: source, to: target, resume: true };
      await writeFile(source, randomBytes(32 * mib));
      expect(await codeOf(transport[way](at(), { ...request, onProgress: cutAt(4 * mib) }))).toBe(
        'transfer-interrupted',
      );
      // The source is another one, of the same size.
      const content = randomBytes(32 * mib);
      await writeFile(source, content);
      await utimes(source, 1, 1);
      expect(await codeOf(transport[way](at(), { ...request, onProgress: cutAt(4 * mib) }))).toBe(
        'transfer-interrupted',
      );
      const [one = '', other = ''] = await parts(place);
      // Both parts are damaged.
      for (const name of [one, other]) {
        const part = await readFile(join(place, name));
        part.writeUInt8(part.readUInt8(5) ^ 1, 5);
        await writeFile(join(place, name), part);
      }
      expect(await transport[way](at(), request)).toMatchObject({ bytes: content.length, resumedBytes: 0 });
      await same(target, content);
      expect(await parts(place)).toHaveLength(1);
    },
  );

  it.each([
    ['upload', 'a link'],
    ['download', 'a link'],
    ['upload', 'a pipe'],
    ['download', 'a pipe'],
  ] as const)('does not let an %s go on through %s in the place of its part', async (way, what) => {
    const [source, target] = way === 'upload' ? [here('file'), there('copy')] : [there('file'), here('copy')];
    const place = way === 'upload' ? node.home : folder;
    const request = { from: source, to: target, resume: true };
    await writeFile(source, randomBytes(32 * mib));
    expect(await codeOf(transport[way](at(), { ...request, onProgress: cutAt(4 * mib) }))).toBe(
      'transfer-interrupted',
    );
    const [part = ''] = await parts(place);
    await rm(join(place, part));
    await writeFile(join(place, 'precious'), 'precious');
    if (what === 'a link') await symlink('precious', join(place, part));
    else execFileSync('mkfifo', [join(place, part)]);
    await expect(transport[way](at(), request)).rejects.toMatchObject({
      code: 'not-a-file',
      message: expect.stringContaining(join(place, part)),
      hint: expect.stringContaining('without resume'),
    });
    expect(await readFile(join(place, 'precious'), 'utf8')).toBe('precious');
    await transport[way](at(), { ...request, resume: false });
    await same(target, await readFile(source));
  });

  it('makes a transfer begin again on a node without a shell', async () => {
    const bare = await start({ sshdExtra: () => ['ForceCommand internal-sftp'] });
    const content = await make('file', 16 * mib);
    let cut: Promise<void> | undefined;
    const request = { from: here('file'), to: here('copy'), resume: true };
    const first = open(bare).upload(at(bare), {
      ...request,
      onProgress: ({ bytes }) => {
        if (bytes > 4 * mib) cut ??= bare.node('n1').dropConnections();
      },
    });
    expect(await codeOf(first)).toBe('transfer-interrupted');
    expect(await open(bare).upload(at(bare), request)).toMatchObject({ resumedBytes: 0 });
    await same(here('copy'), content);
  });
});

describe('cancelling', () => {
  const cancelled = { code: 'cancelled', cause: { message: 'enough' } };
  /** Aborts once `bytes` have arrived. */
  function abortAt(limit: number) {
    const controller = new AbortController();
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes >= limit) controller.abort(new Error('enough'));
    };
    return { signal: controller.signal, onProgress };
  }

  it('ends a transfer and leaves nothing', async () => {
    await make('file', 32 * mib);
    await writeFile(there('large'), randomBytes(32 * mib));
    const requests = [
      { from: here('file'), to: 'file' },
      { from: Readable.from([randomBytes(8 * mib)]), to: 'file' },
    ];
    for (const request of requests)
      await expect(transport.upload(at(), { ...request, ...abortAt(2 * mib) })).rejects.toMatchObject(
        cancelled,
      );
    for (const to of [here('back'), new Writable({ write: (_chunk, _encoding, done) => done() })]) {
      const request = { from: 'large', to, ...abortAt(2 * mib) } as DownloadRequest;
      await expect(transport.download(at(), request)).rejects.toMatchObject(cancelled);
    }
    expect(await readdir(node.home)).toEqual(['large']);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('ends one that waits for its source, or for its turn', async () => {
    const silent = new Readable({ read: () => undefined });
    const controller = new AbortController();
    const work = transport.upload(at(), { from: silent, to: 'file', signal: controller.signal });
    await expect.poll(() => readdir(node.home), { timeout: 20_000 }).toHaveLength(1);
    controller.abort();
    expect(await codeOf(work)).toBe('cancelled');
    expect(silent.destroyed).toBe(true);
    expect(await readdir(node.home)).toEqual([]);
    const early = transport.upload(at(), { from: here('none'), to: 'file', signal: AbortSignal.abort() });
    expect(await codeOf(early)).toBe('cancelled');
  });

  it('leaves what has come where it is to be resumed', async () => {
    const content = await make('file', 32 * mib);
    const request = { from: here('file'), to: 'file', resume: true };
    expect(await codeOf(transport.upload(at(), { ...request, ...abortAt(8 * mib) }))).toBe('cancelled');
    const again = await transport.upload(at(), request);
    expect(again.resumedBytes).toBeGreaterThanOrEqual(8 * mib);
    await same(there('file'), content);
    expect(await readdir(node.home)).toEqual([basename('file')]);
  });

  it('does not wait for a node that is frozen', async () => {
    await make('file', 32 * mib);
    const controller = new AbortController();
    let frozen: Promise<void> | undefined;
    const patient = open(lab, { keepaliveMs: 60_000 }); // else that would notice first
    const work = patient.upload(at(), {
      from: here('file'),
      to: 'file',
      signal: controller.signal,
      onProgress: () => {
        frozen ??= node.freeze().then(() => controller.abort());
      },
    });
    try {
      await expect(work).rejects.toMatchObject({
        code: 'cancelled',
        message: expect.stringContaining('left behind'),
      });
      const early = new AbortController();
      setTimeout(() => early.abort(), 100);
      const never = patient.download(at(), { from: 'x', to: here('x'), signal: early.signal });
      expect(await codeOf(never)).toBe('cancelled');
    } finally {
      await node.thaw();
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  it('tells a disk that is full', async () => {
    const script = [
      '#!/bin/sh',
      `mount -t tmpfs -o size=1m none ${there('small')} && exec ${await findSftpServer()}`,
    ].join('\n');
    await mkdir(there('small'));
    await writeFile(here('serve'), script, { mode: 0o755 });
    const small = await start({
      sshdExtra: () => [`ForceCommand exec unshare --mount --propagation private ${here('serve')}`],
    });
    await make('file', 4 * mib);
    for (const resume of [false, true]) {
      const full = open(small).upload(at(small), { from: here('file'), to: there('small/file'), resume });
      await expect(full).rejects.toMatchObject({ code: 'disk-full', hint: expect.stringContaining('df') });
    }
  });

  it('tells what another user may not touch', async () => {
    const other = await start({ user: { shell: 'sh' } });
    const { home } = other.node('n1');
    const theirs = open(other);
    await make('file', 100);
    const whole = { from: here('file'), to: '/etc/cluster-execution-test' };
    await expect(theirs.upload(at(other), whole)).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('/etc/cluster-execution-test on the node'),
    });
    await writeFile(join(home, 'secret'), 'x', { mode: 0o600 });
    const secret = theirs.download(at(other), { from: 'secret', to: here('x') });
    expect(await codeOf(secret)).toBe('permission-denied');
    expect(await theirs.upload(at(other), { from: here('file'), to: 'mine' })).toMatchObject({ bytes: 100 });
  });
});
