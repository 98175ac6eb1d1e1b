import { readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  describeExecutor,
  describeRemoteExecutor,
  type RemoteSetup,
} from '@cluster-execution/contracts';
import { startLab, type Lab, type LabOptions } from '@cluster-execution/lab';
import {
  createTransport,
  loadSshConfiguration,
  type SshConfiguration,
  type Transport,
} from '@cluster-execution/ssh-transport';
import { describe } from 'vitest';
import type { Executor } from './executor.js';
import { createLocalExecutor } from './local-executor.js';
import { createSshExecutor } from './ssh-executor.js';

async function folder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'cluster-contract-')));
}

describeExecutor('local', async () => {
  const work = await folder();
  return {
    executor: createLocalExecutor({
      env: process.env,
      home: userInfo().homedir,
      facts: { os: 'linux', arch: 'x86_64', cores: 2 },
    }),
    folder: work,
    close: () => rm(work, { recursive: true }),
  };
});

/** A node of a lab, reached as the user's own `ssh` would: by the SSH configuration alone. */
function overSsh(
  options: Partial<LabOptions>,
  environment: 'user' | 'plain' = 'plain',
): () => Promise<RemoteSetup> {
  return async () => {
    const lab = await startLab({ nodes: 1, engine: 'sshd', ...options });
    const node = lab.node('n1');
    const transports: Transport[] = [];
    const connect = (): Executor => {
      const transport = createTransport({
        localUser: userInfo().username,
        home: lab.folder,
        configuration: sshConfiguration(lab),
        connectTimeoutMs: 20_000,
        handshakeTimeoutMs: 20_000,
        environment,
      });
      transports.push(transport);
      return createSshExecutor(transport, { host: 'n1' });
    };
    const executor = connect();
    const { stdout } = await collect(executor, { command: 'mkdir work && cd work && pwd -P' });
    return {
      executor,
      folder: stdout.trim(),
      wrapped: options.forcedCommand !== undefined,
      connection: {
        unconnected: connect,
        cut: () => node.dropConnections(),
        freeze: () => node.freeze(),
        thaw: () => node.thaw(),
      },
      async close() {
        for (const transport of transports) transport.close();
        await lab.close();
      },
    };
  };
}

function sshConfiguration(lab: Lab): SshConfiguration {
  return loadSshConfiguration({
    files: [{ path: lab.sshConfigFile }],
    readFile: (path) => readFileSync(path, 'utf8'),
    listFolder: () => undefined,
    home: lab.folder,
    localUser: userInfo().username,
    localHostname: 'here',
    env: {},
  });
}

describeRemoteExecutor('sshd', overSsh({}, 'user'));
describeRemoteExecutor(
  'sshd with its own limits',
  overSsh({ sshdExtra: () => ['MaxSessions 10', 'MaxStartups 10:30:100'] }),
);
describeRemoteExecutor(
  'sshd with two sessions a connection',
  overSsh({ sshdExtra: () => ['MaxSessions 2'] }),
);
describeRemoteExecutor('sshd, an ordinary user', overSsh({ user: {} }, 'user'));
describeRemoteExecutor('sshd behind jump hosts', overSsh({ jumpHosts: 2 }));
describeRemoteExecutor('sshd with a forced command', overSsh({ forcedCommand: 'server', user: {} }));
describeRemoteExecutor('sshd with a command forced by the key', overSsh({ forcedCommand: 'key' }));
describeRemoteExecutor('sshd without SFTP', overSsh({ sftp: false }));

const noDropbear =
  process.getuid?.() !== 0 || (process.env['CLUSTER_TEST_MISSING'] ?? '').includes('dropbear-bin');
describe.skipIf(noDropbear)('another server than OpenSSH', () => {
  describeRemoteExecutor('dropbear', overSsh({ engine: 'dropbear' }));
  describeRemoteExecutor('dropbear, an ordinary user', overSsh({ engine: 'dropbear', user: {} }, 'user'));
});
describeRemoteExecutor('embedded server', overSsh({ engine: 'embedded' }));
