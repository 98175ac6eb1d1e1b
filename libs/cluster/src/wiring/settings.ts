import type { Policy } from '@cluster-execution/command-policy';
import type { Configuration, Registry } from '@cluster-execution/node-registry';
import type { Fleet } from '../backends/direct/fleet.js';

/** What the configuration says, made ready to use. Replaced as a whole when the file changes. */
export interface Settings {
  configuration: Configuration;
  registry: Registry;
  policy: Policy;
  fleet: Fleet;
}
