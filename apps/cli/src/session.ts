import {
  openCluster,
  openPolicy,
  surroundings,
  type AskSecret,
  type Cluster,
} from '@cluster-execution/cluster';
import { wrongUsage } from './answers/problem.js';
import { say } from './terminal/streams.js';

/** Options that every command takes. */
export interface CommonOptions {
  config?: string;
  json?: boolean;
}

/** Opens the cluster, does the work and closes it, whatever happens. */
export async function withCluster<T>(
  options: CommonOptions,
  work: (cluster: Cluster) => Promise<T>,
  askSecret?: AskSecret,
): Promise<T> {
  const cluster = await openCluster({
    around: around(),
    notice: (message) => say(`cluster-router: ${message}`),
    ...(options.config === undefined ? {} : { configFlag: options.config }),
    ...(askSecret === undefined ? {} : { askSecret }),
  });
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

export type OwnPolicy = Awaited<ReturnType<typeof openPolicy>>;

/** The policy in force, with nothing of the cluster opened. */
export function readPolicy({ config }: CommonOptions): Promise<OwnPolicy> {
  return openPolicy({ around: around(), ...(config === undefined ? {} : { configFlag: config }) });
}

function around() {
  return surroundings(process.env, currentFolder());
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw Object.assign(wrongUsage('The folder that you are in is gone: go to one that is there.'), {
      cause,
    });
  }
}
