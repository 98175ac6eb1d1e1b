import type { ExecuteRequest, Execution, Executor } from '@cluster-execution/cluster';

export interface Ran extends Execution {
  stdout: string;
  stderr: string;
  /** Standard output, byte for byte. */
  output: Buffer;
  /** How often `onStart` was called. */
  starts: number;
}

/** Runs and collects. */
export async function collect(executor: Executor, request: ExecuteRequest): Promise<Ran> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let starts = 0;
  const execution = await executor.execute({
    ...request,
    onStart: () => {
      starts += 1;
      request.onStart?.();
    },
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk);
      return request.onOutput?.(stream, chunk);
    },
  });
  const output = Buffer.concat(chunks.stdout);
  return {
    ...execution,
    stdout: output.toString('utf8'),
    stderr: Buffer.concat(chunks.stderr).toString('utf8'),
    output,
    starts,
  };
}
