import { join } from 'node:path';
import type { Configuration } from '@cluster-execution/node-registry';

/** What no command may write: our configuration, our state, the known hosts. */
export function protectedPaths(
  file: string,
  stateFolder: string,
  { ssh }: Configuration,
  home: string,
): readonly string[] {
  return [file, stateFolder, ssh.knownHostsFile ?? join(home, '.ssh', 'known_hosts')];
}
