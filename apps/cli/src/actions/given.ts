import { checked, listFields, offloadFields, parallelFields, runFields } from '@cluster-execution/cluster';
import { wrongUsage } from '../answers/problem.js';

/** What a field of a call is called on the command line, and what it takes. */
const fields: Readonly<Record<string, readonly [name: string, schema: Parameters<typeof checked>[0]]>> = {
  node_id: ['--node', offloadFields.node_id],
  requires_os: ['--os', runFields.requires_os],
  requires_arch: ['--arch', runFields.requires_arch],
  requires_capabilities: ['--cap', runFields.requires_capabilities],
  cwd: ['--cwd', runFields.cwd],
  env: ['--env', runFields.env],
  timeout_seconds: ['--timeout', runFields.timeout_seconds],
  priority: ['--priority', runFields.priority],
  commands: ['commands', parallelFields.commands],
  max_parallel: ['--max-parallel', parallelFields.max_parallel],
  status: ['--status', listFields.status],
  limit: ['--limit', listFields.limit],
};

/** The fields that were given. Throws where one takes no such value, and calls it as the command line does. */
export function given(values: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  for (const [key, value] of entries) {
    const [name, schema] = fields[key] ?? [];
    const answer = schema === undefined ? undefined : checked(schema, value);
    if (answer?.ok === false) throw wrongUsage(`${name}: ${answer.error}.`);
  }
  return Object.fromEntries(entries);
}
