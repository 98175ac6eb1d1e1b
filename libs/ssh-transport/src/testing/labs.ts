import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab, type Lab, type LabOptions } from '@cluster-execution/lab';
import { afterEach, beforeEach } from 'vitest';
import { loadSshConfiguration } from '../configuration/index.js';
import type { Target, TransportOptions } from '../options.js';
import { createTransport, type Transport } from '../transport.js';

/** Longer than a busy machine takes: a test that is about a limit sets a shorter one. */
export const patience = { connectTimeoutMs: 20_000, handshakeTimeoutMs: 20_000 };

/** Lets in whom the lab knows, with the library's own limits. */
export const optionsFor = (lab: Lab, home: string) =>
  ({
    localUser: lab.user,
    home,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    environment: 'plain',
  }) satisfies TransportOptions;

export const targetOf = (lab: Lab, id = 'n1'): Target => ({
  host: lab.node(id).host,
  port: lab.node(id).port,
});

/** A folder for each test, and labs and transports that end with it: called where a test's hooks belong. */
export function setUpLabs(name: string) {
  let folder = '';
  const labs: Lab[] = [];
  const opened: Transport[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), `${name}-`));
  });
  afterEach(async () => {
    for (const transport of opened.splice(0)) transport.close();
    await Promise.all(labs.splice(0).map((lab) => lab.close()));
    await rm(folder, { recursive: true });
  });

  /** A path in the test's folder; the folder itself where no name is given. */
  const here = (...names: string[]) => join(folder, ...names);

  async function start(options: Partial<LabOptions> = {}): Promise<Lab> {
    const lab = await startLab({ nodes: 1, ...options });
    labs.push(lab);
    return lab;
  }

  function keep(transport: Transport): Transport {
    opened.push(transport);
    return transport;
  }

  const open = (lab: Lab, over: Partial<TransportOptions> = {}) =>
    keep(createTransport({ ...optionsFor(lab, folder), ...patience, ...over }));

  /** What an SSH configuration of one file says. */
  const configurationOf = (lab: Lab, text: string) =>
    loadSshConfiguration({
      files: [{ path: '/config' }],
      readFile: (path) => (path === '/config' ? text : undefined),
      listFolder: () => undefined,
      home: folder,
      localUser: lab.user,
      localHostname: 'here',
      env: {},
    });

  return { here, start, keep, open, configurationOf };
}
