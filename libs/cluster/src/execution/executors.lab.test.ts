import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describeExecutor, type ExecutorSetup } from '@cluster-execution/contracts';
import { startLab, type LabOptions } from '@cluster-execution/lab';
import { createTransport } from '@cluster-execution/ssh-transport';
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

function overSsh(lab: Partial<LabOptions>, environment: 'user' | 'plain'): () => Promise<ExecutorSetup> {
  return async () => {
    const [work, running] = await Promise.all([folder(), startLab({ nodes: 1, ...lab })]);
    const transport = createTransport({
      localUser: running.user,
      home: work,
      identityFiles: [running.identityFile],
      knownHostsFile: running.knownHostsFile,
      connectTimeoutMs: 20_000,
      handshakeTimeoutMs: 20_000,
      environment,
    });
    const node = running.node('n1');
    return {
      executor: createSshExecutor(transport, { host: node.host, port: node.port, user: running.user }),
      folder: work,
      async close() {
        transport.close();
        await running.close();
        await rm(work, { recursive: true });
      },
    };
  };
}

describeExecutor('sshd', overSsh({}, 'user'));
describeExecutor('sshd, plain environment', overSsh({ homes: false }, 'plain'));
describeExecutor(
  'sshd with its own limits',
  overSsh({ sshdExtra: () => ['MaxSessions 10', 'MaxStartups 10:30:100'] }, 'user'),
);
describeExecutor(
  'sshd with two sessions a connection',
  overSsh({ sshdExtra: () => ['MaxSessions 2'] }, 'plain'),
);
describeExecutor('embedded server', overSsh({ engine: 'embedded' }, 'plain'));
