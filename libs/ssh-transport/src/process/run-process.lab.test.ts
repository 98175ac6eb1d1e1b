import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLab, type Lab } from '@cluster-execution/lab';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTransport, type Transport } from '../transport.js';

let lab: Lab;
let transport: Transport;
beforeEach(async () => {
  lab = await startLab({ nodes: 1, engine: 'sshd', user: { name: 'dev', shell: 'bash' } });
  transport = createTransport({
    localUser: lab.user,
    home: lab.folder,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    environment: 'plain',
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
    startTimeoutMs: 1_000,
  });
});
afterEach(async () => {
  transport.close();
  await lab.close();
});

it.skipIf(process.getuid?.() !== 0)(
  'gives up a login shell that hangs in its start-up, and says that the command may yet run',
  async () => {
    const { host, port, home } = lab.node('n1');
    const run = (command: string) => transport.run({ host, port }, { command });
    expect((await run('true')).exit).toEqual({ kind: 'exited', code: 0 });
    await writeFile(join(home, '.bashrc'), 'until [ -e ~/go ]; do sleep 0.05; done\n');
    expect(await run('touch ran')).toEqual({ exit: { kind: 'lost' }, durationMs: 0 });
    expect(transport.connections).toBe(1);
    await writeFile(join(home, 'go'), '');
    expect((await run('true')).exit).toEqual({ kind: 'exited', code: 0 });
    // Nobody reads what it has to say, and that ends it.
    await expect.poll(() => lab.node('n1').processes(), { timeout: 10_000 }).toEqual([]);
  },
);
