import type { ExecuteRequest, Executor } from '@cluster-execution/cluster';
import { collect, type Ran } from './collect.js';

/** What a suite needs of the node behind an executor. */
export interface ExecutorSetup {
  executor: Executor;
  /** A folder on the node that is there, not its home; the suite leaves files in it. */
  folder: string;
  /** true: a shell stands between us and every command, and tells its end by a signal as 128 and the signal's number. */
  wrapped?: boolean;
  close(): Promise<void>;
}

/** The same for a node that we reach over a connection. */
export interface RemoteSetup extends ExecutorSetup {
  connection: FaultyConnection;
}

/** What can happen between us and a node. */
export interface FaultyConnection {
  /** An executor for the same node that is not connected yet; `setup.close` ends it too. */
  unconnected(): Executor;
  /** Cuts what is open; the node lives on, and so do its commands. */
  cut(): Promise<void>;
  /** Nothing on the node does anything any more, and nobody is told. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** One suite's node, and what its tests do with it. */
export interface Bench<Setup extends ExecutorSetup = ExecutorSetup> {
  readonly setup: Setup;
  run: (request: ExecuteRequest) => Promise<Ran>;
  /** What the shell of the node prints for `command`, without the last newline. */
  said: (command: string) => Promise<string>;
  /** The processes that have `text` in their command line, one a line, seen by the node itself. */
  processesWith: (text: string) => Promise<string>;
}

export function createBench<Setup extends ExecutorSetup>(setup: () => Setup): Bench<Setup> {
  const run = (request: ExecuteRequest) => collect(setup().executor, request);
  const said = async (command: string) => (await run({ command })).stdout.replace(/\n$/, '');
  return {
    get setup() {
      return setup();
    },
    run,
    said,
    processesWith([first = '', ...rest]) {
      return said(`ps -A -o pid=,args= | grep '[${first}]${rest.join('')}' || :`);
    },
  };
}

/** So many seconds that nobody else sleeps just as long: finds one test's processes on a machine that others use. */
export function oddSeconds(): string {
  return `9${Math.floor(Math.random() * 1e8)}`;
}
