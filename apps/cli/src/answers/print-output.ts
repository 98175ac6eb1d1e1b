import type { Writable } from 'node:stream';
import type { Cluster, TaskError, TaskOutput } from '@cluster-execution/cluster';
import { printJson, write } from '../terminal/streams.js';

export interface Printed {
  taskId: string;
  stream: 'stdout' | 'stderr';
  /** Until it has ended; else what there is now. */
  follow?: boolean;
  /** The pages themselves, one to a line. */
  json?: boolean;
  signal?: AbortSignal;
}

const pageBytes = 262_144;
const waitSeconds = 600;

/** Prints what a task printed; what was wrong with the call otherwise. */
export async function printOutput(
  { tasks }: Pick<Cluster, 'tasks'>,
  { taskId, stream, follow, json, signal }: Printed,
  to: Writable,
): Promise<TaskError | undefined> {
  const which = {
    task_id: taskId,
    stream,
    limit: pageBytes,
    wait_seconds: follow === true ? waitSeconds : 0,
  };
  for (let offset = 0; ;) {
    const page = await tasks.output({ ...which, offset }, signal);
    if ('error' in page) return page;
    if (signal?.aborted === true || to.destroyed) return undefined;
    if (json === true && isNews(page, offset)) await printJson(page);
    if (json !== true) await write(to, Buffer.from(page.data, page.encoding));
    // The start of a character whose rest has not come yet is no reason to ask again at once.
    if (page.eof || (follow !== true && page.next_offset === offset)) return undefined;
    offset = page.next_offset;
  }
}

function isNews({ next_offset: next, eof }: TaskOutput, offset: number): boolean {
  return next > offset || eof;
}
