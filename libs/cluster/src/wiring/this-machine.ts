import { availableParallelism, homedir, hostname, networkInterfaces, userInfo } from 'node:os';
import { normalizeArch, normalizeOs } from '@cluster-execution/node-registry';
import { present } from './present.js';
import type { Surroundings } from './surroundings.js';

/** What the operating system tells about this machine and user; the app adds its environment and folder. */
export function surroundings(env: Surroundings['env'], cwd: string): Surroundings {
  const home = env['HOME'];
  return {
    env,
    cwd,
    home: home === undefined || home === '' ? homedir() : home,
    user: userInfo().username,
    hostname: hostname(),
    addresses: Object.values(networkInterfaces()).flatMap((each) =>
      (each ?? []).map(({ address }) => address),
    ),
    cores: availableParallelism(),
    ...present({ os: normalizeOs(process.platform), arch: normalizeArch(process.arch) }),
  };
}
