import type { Server } from './server.js';
import { capability } from './stand.js';

/**
 * Runs `true` by parallel_execute, `count` times. Throws where not all succeeded; gives how many
 * nodes it was spread over.
 */
export async function runParallel(server: Server, count: number): Promise<number> {
  const answer = await server.call('parallel_execute', {
    commands: Array.from({ length: count }, () => 'true'),
    requires_capabilities: [capability],
    cwd: '~',
  });
  const results = (answer['results'] ?? []) as Record<string, unknown>[];
  const failed = results.find((result) => result['success'] !== true);
  if (failed !== undefined || results.length !== count)
    throw new Error(`parallel_execute: ${JSON.stringify(failed ?? answer['summary'] ?? answer)}`);
  return new Set(results.map((result) => result['executed_on'])).size;
}
