import { openCluster, surroundings, type Cluster } from '@cluster-execution/cluster';
import { say } from './streams.js';

/** Options that every command takes. */
export interface CommonOptions {
  config?: string;
  json?: boolean;
}

/** Opens the cluster, does the work and closes it, whatever happens. */
export async function withCluster<T>(
  options: CommonOptions,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = await openCluster({
    around: surroundings(process.env, process.cwd()),
    notice: (message) => say(`cluster-router: ${message}`),
    ...(options.config === undefined ? {} : { configFlag: options.config }),
  });
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** One signal for the work: the first Ctrl-C cancels it in order, the second leaves at once. */
export function interruptible(): { signal: AbortSignal; interrupted(): boolean; done(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    say('Ending the command; once more to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    interrupted: () => controller.signal.aborted,
    done: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
