import type { Target } from '../options.js';
import type { RunRequest } from '../process/exit.js';
import type { Transport } from '../transport.js';

/** How a command ends, and all that it prints. */
export async function collect(transport: Transport, at: Target, request: string | RunRequest) {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const given = typeof request === 'string' ? { command: request } : request;
  const { exit } = await transport.run(at, {
    ...given,
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk);
      return given.onOutput?.(stream, chunk);
    },
  });
  const text = (of: Buffer[]) => Buffer.concat(of).toString('utf8');
  return { exit, stdout: text(chunks.stdout), stderr: text(chunks.stderr) };
}
