import type { Target, Transport } from '@cluster-execution/ssh-transport';
import { normalizeArch, normalizeOs } from '@cluster-execution/node-registry';
import type { Executor } from './executor.js';

/** Runs commands on a node over SSH. Connections belong to the transport. */
export function createSshExecutor(transport: Transport, target: Target): Executor {
  return {
    execute: (request) => transport.run(target, request),
    async facts() {
      const greeting = await transport.greeting(target);
      const os = normalizeOs(greeting.kernel);
      const arch = normalizeArch(greeting.machine);
      return {
        home: greeting.home,
        ...(os === undefined ? {} : { os }),
        ...(arch === undefined ? {} : { arch }),
        ...(greeting.cores === undefined ? {} : { cores: greeting.cores }),
      };
    },
  };
}
