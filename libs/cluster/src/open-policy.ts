import { createPolicy, type Policy } from '@cluster-execution/command-policy';
import {
  configurationPath,
  loadConfiguration,
  readConfigurationFile,
  stateFolder,
} from '@cluster-execution/node-registry';
import type { OpenClusterOptions } from './open-cluster.js';
import { protectedPaths } from './wiring/protected-paths.js';

/**
 * The policy of the configuration alone: no node, no task record and no SSH configuration is looked at. Throws a
 * ConfigurationError or PolicyError.
 */
export async function openPolicy({
  around: { env, home },
  configFlag,
}: Pick<OpenClusterOptions, 'around' | 'configFlag'>): Promise<{
  policy: Policy;
  /** Our own files, which the policy lets no command change. */
  protectedPaths: readonly string[];
}> {
  const place = configurationPath({ env, home, ...(configFlag === undefined ? {} : { flag: configFlag }) });
  const file = await readConfigurationFile(place);
  const { configuration } = loadConfiguration({ file, env, home });
  return {
    policy: createPolicy({ rules: configuration.policy.rules, workload: configuration.workload }),
    protectedPaths: protectedPaths(place.path, stateFolder(env, home), configuration, home),
  };
}
