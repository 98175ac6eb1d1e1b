import type { Lab } from '@cluster-execution/lab';

/** What there is to know of nodes for reaching them. */
export type Nodes = Pick<
  Lab,
  'nodes' | 'user' | 'identityFile' | 'knownHostsFile' | 'sshConfigFile' | 'clusterYaml'
>;
