import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { setUpLabs, targetOf } from '../../testing/labs.js';
import type { Transport } from '../../transport.js';
import type { DownloadRequest, UploadRequest } from '../request.js';

export const mib = 1024 * 1024;

/** Random bytes in a new file. */
export async function make(path: string, bytes: number, mode = 0o644): Promise<Buffer> {
  const content = randomBytes(bytes);
  await writeFile(path, content);
  await chmod(path, mode);
  return content;
}

export const expectSame = async (path: string, content: Buffer) =>
  expect((await readFile(path)).equals(content)).toBe(true);

export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: { code?: unknown }) => error.code,
  );

/** A lab for all tests of a file, with a transport for each; its node's home is emptied after each. */
export function setUpTransfers() {
  let lab: Lab;
  let node: LabNode;
  let transport: Transport;

  // The last of the hooks after a test: nothing is written there any more.
  afterEach(async () => {
    const names = await readdir(node.home);
    await Promise.all(names.map((name) => rm(join(node.home, name), { recursive: true })));
  });
  const { here, start, open } = setUpLabs('transfers');
  beforeAll(async () => {
    lab = await startLab({ nodes: 1 });
    node = lab.node('n1');
  });
  afterAll(() => lab.close());
  beforeEach(() => {
    transport = open(lab);
  });

  return {
    here,
    there: (path: string) => join(node.home, path),
    start,
    open,
    lab: () => lab,
    node: () => node,
    upload: (request: UploadRequest) => transport.upload(targetOf(lab), request),
    download: (request: DownloadRequest) => transport.download(targetOf(lab), request),
  };
}
