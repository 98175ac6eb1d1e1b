import type { Lab } from '@cluster-execution/lab';

export type Json = Record<string, unknown>;

/** No node counts as overloaded by what else this machine does, and slow connections are not given up. */
export const calm = {
  thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 100 },
  timeouts: { connectSeconds: 20, statusSeconds: 20 },
  ssh: { checkSeconds: 20 },
};

/** The lab's inventory, calm unless told otherwise. */
export function inventory(
  lab: Lab,
  settings: Json = {},
  extra: (id: string) => Json = () => ({ maxTasks: 8 }),
): string {
  return lab.clusterYaml({ settings: { ...calm, ...settings }, extra });
}
