import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab } from '@cluster-execution/lab';
import { expect, it } from 'vitest';
import type { Target, TransportOptions } from './options.js';
import { optionsFor, setUpLabs } from './testing/labs.js';
import { createTransport, type Transport } from './transport.js';

/** Many at once, against sshd as it comes: at most 10 who have not logged in, beyond that it drops some by chance. */
const asItComes = () => ['MaxStartups 10:30:100'];
const many = 64;

const { here, start, keep, configurationOf } = setUpLabs('crowds');

/** The limits are those of the library: a crowd must not need others. */
const open = (lab: Lab, over: Partial<TransportOptions> = {}): Transport =>
  keep(createTransport({ ...optionsFor(lab, here()), ...over }));

const run = async (transport: Transport, target: Target) =>
  (await transport.run(target, { command: 'exit 3' })).exit;

/** Runs them all at once; every one has to succeed. */
async function crowd(runs: readonly (() => ReturnType<typeof run>)[]): Promise<void> {
  const exits = await Promise.all(runs.map((each) => each()));
  expect(exits).toEqual(runs.map(() => ({ kind: 'exited', code: 3 })));
}

/** A connection that never logs in. */
async function takePlace(host: string, port: number): Promise<Socket> {
  for (;;) {
    const socket = connect({ host, port });
    const [words] = (await once(socket, 'data')) as [Buffer];
    if (words.toString().startsWith('SSH-')) return socket;
    socket.destroy(); // the one before it is still being counted
  }
}

const dropped = async (lab: Lab) =>
  (await lab.node('n1').log()).match(/drop connection|MaxStartups/g)?.length ?? 0;

it(`${many} nodes are reached at once, cold`, async () => {
  const lab = await start({ nodes: many, sshdExtra: asItComes });
  const transport = open(lab);
  await crowd(
    lab.nodes.map(
      ({ host, port }) =>
        () =>
          run(transport, { host, port }),
    ),
  );
  expect(transport.connections).toBe(many);
});

it(`${many} names for one server are reached at once, with hardly a connection too many`, async () => {
  const lab = await start({ sshdExtra: asItComes });
  const { host, port } = lab.node('n1');
  const configuration = configurationOf(lab, `Host name-*\nHostName ${host}\nPort ${port}\n`);
  const transport = open(lab, { configuration });
  await crowd(Array.from({ length: many }, (_, index) => () => run(transport, { host: `name-${index}` })));
  expect(transport.connections).toBe(many);
  // Where they do not wait for each other it is a hundred.
  expect(await dropped(lab)).toBeLessThan(10);
});

it(`${many} who know nothing of each other get in, though sshd drops some of them`, async () => {
  const lab = await start({ sshdExtra: asItComes });
  const { host, port } = lab.node('n1');
  await crowd(Array.from({ length: many }, () => () => run(open(lab), { host, port })));
  expect(await dropped(lab)).toBeGreaterThan(0);
});

it('a server that never has time is told as just that', async () => {
  // One who never logs in takes the only place.
  const lab = await start({ sshdExtra: () => ['MaxStartups 1:100:1'] });
  const { host, port } = lab.node('n1');
  const taken = await takePlace(host, port);
  const random = () => 0;
  await expect(run(open(lab, { random }), { host, port })).rejects.toMatchObject({
    code: 'server-busy',
    hint: expect.stringContaining('MaxStartups'),
  });
  taken.destroy();
});
