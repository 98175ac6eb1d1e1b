import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wireString } from '../authentication/wire.js';
import { createTransport } from '../transport.js';
import { knownHosts } from './known-hosts.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'authorities-'));
  file = join(folder, 'known_hosts');
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key = Buffer.concat([wireString('ssh-ed25519'), wireString(raw)]).toString('base64');
  const lines = ['# ours', `@cert-authority *.lab ssh-ed25519 ${key}`, `other.lab ssh-ed25519 ${key}`];
  await writeFile(file, `${lines.join('\n')}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

test('names the lines that trust an authority for a host', async () => {
  const known = knownHosts([file]);
  expect(await known.authorities({ host: 'n1.lab', port: 22 })).toEqual([{ file, line: 2 }]);
  expect(await known.authorities({ host: 'n1.elsewhere', port: 22 })).toEqual([]);
});

test('describe says that an authority is not used', async () => {
  const transport = createTransport({ localUser: 'me', home: folder, knownHostsFile: file });
  const [description] = await transport.describe({ host: 'n1.lab' });
  transport.close();
  expect(description?.notes).toContainEqual(expect.stringContaining(`${file}:2 is not used`));
});
