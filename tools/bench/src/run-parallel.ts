import type { Server } from './server.js';
import { capability, nodeCount } from './stand.js';

/**
 * Runs `true` by parallel_execute, as many times as the lab has nodes. Throws where not all succeeded; gives how many
 * nodes it was spread over.
 */
export async function runParallel(server: Server): Promise<number> {
  const answer = await server.call('parallel_execute', {
    commands: Array.from({ length: nodeCount }, () => 'true'),
    requires_capabilities: [capability],
    cwd: '~',
  });
  const results = (answer['results'] ?? []) as Record<string, unknown>[];
  const failed = results.find((result) => result['success'] !== true);
  if (failed !== undefined || results.length !== nodeCount)
    throw new Error(`parallel_execute: ${JSON.stringify(failed ?? answer['summary'] ?? answer)}`);
  return new Set(results.map((result) => result['executed_on'])).size;
}
