import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@cluster-execution/lab';
import { beforeEach, expect, it } from 'vitest';
import { setUpLabs, targetOf } from '../testing/labs.js';
import type { Transport } from '../transport.js';

const { start, open } = setUpLabs('run-process');
let lab: Lab;
let transport: Transport;

beforeEach(async () => {
  lab = await start({ engine: 'sshd', user: { name: 'dev', shell: 'bash' } });
  transport = open(lab, { startTimeoutMs: 1_000 });
});

it.skipIf(process.getuid?.() !== 0)(
  'gives up a login shell that hangs in its start-up, and says that the command may yet run',
  async () => {
    const { home } = lab.node('n1');
    const run = (command: string) => transport.run(targetOf(lab), { command });
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
