import { startLab, type Lab } from '@cluster-execution/lab';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTransport, type Transport } from '../transport.js';

let lab: Lab;
let transport: Transport;
beforeEach(async () => {
  lab = await startLab({ nodes: 1 });
  transport = createTransport({
    localUser: lab.user,
    home: lab.folder,
    identityFiles: [lab.identityFile],
    knownHostsFile: lab.knownHostsFile,
    environment: 'plain',
    connectTimeoutMs: 20_000,
    handshakeTimeoutMs: 20_000,
  });
});
afterEach(async () => {
  transport.close();
  await lab.close();
});

async function run(command: string) {
  const { host, port } = lab.node('n1');
  let stdout = '';
  const result = await transport.run(
    { host, port },
    { command, onOutput: (stream, chunk) => void (stream === 'stdout' && (stdout += chunk.toString())) },
  );
  return { ...result, stdout };
}

it('says that something still held the output open, and counts no more than the command itself', async () => {
  const held = await run('exec > >(sleep 3; cat); echo important');
  expect(held).toMatchObject({ exit: { kind: 'exited', code: 0 }, outputOpen: true, stdout: '' });
  expect(held.durationMs).toBeLessThan(1_000);
});

it('says nothing of it where all was read, late or not', async () => {
  const all = await run('exec > >(sleep 0.3; cat); echo important');
  expect(all).toEqual({
    exit: { kind: 'exited', code: 0 },
    durationMs: expect.any(Number),
    stdout: 'important\n',
  });
});
