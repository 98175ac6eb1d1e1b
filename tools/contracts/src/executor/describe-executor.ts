import { afterAll, beforeAll, describe } from 'vitest';
import { createBench, type Bench, type ExecutorSetup, type RemoteSetup } from './bench.js';
import { commands } from './commands.js';
import { crowds } from './crowds.js';
import { endings } from './endings.js';
import { faults } from './faults.js';
import { stopping } from './stopping.js';
import { streams } from './streams.js';

/** The contract of `Executor`, for every implementation. Runs harmless commands on the node for real. */
export function describeExecutor(name: string, setUp: () => Promise<ExecutorSetup>): void {
  describe(`executor contract: ${name}`, () => {
    everything(prepared(setUp));
  });
}

/** The same for one that reaches its node over a connection, and what holds when that fails. */
export function describeRemoteExecutor(name: string, setUp: () => Promise<RemoteSetup>): void {
  describe(`executor contract: ${name}`, () => {
    const bench = prepared(setUp);
    everything(bench);
    faults(bench);
  });
}

function everything(bench: Bench): void {
  // The first waits most of its time; the others fit in between.
  describe.concurrent('side by side', () => {
    for (const part of [stopping, endings, commands]) part(bench);
  });
  for (const part of [streams, crowds]) part(bench);
}

/** Set up before the first test, closed after the last. */
function prepared<Setup extends ExecutorSetup>(setUp: () => Promise<Setup>): Bench<Setup> {
  let setup: Setup;
  beforeAll(async () => {
    setup = await setUp();
  });
  afterAll(async () => {
    await setup.close();
  });
  return createBench(() => setup);
}
