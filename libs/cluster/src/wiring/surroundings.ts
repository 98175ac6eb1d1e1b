import type { Arch, Os } from '@cluster-execution/node-registry';

/** The machine and the person around us, handed in by the app: nothing here is looked up. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  user: string;
  hostname: string;
  /** This machine's addresses, loopback included. */
  addresses: readonly string[];
  os?: Os;
  arch?: Arch;
  cores: number;
  /** The folder that commands run in where none is given. */
  cwd: string;
}
