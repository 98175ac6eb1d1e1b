import { statusFields } from '@cluster-execution/cluster';
import { z } from 'zod';
import { fitStatus } from './fit-status.js';
import { problemFields, statusWord } from './output-fields.js';
import { onlyLooks, type Tool } from './tool.js';

const node = z.looseObject({
  reachable: z.boolean(),
  status: z.enum(['healthy', 'overloaded']).optional(),
  cpu_percent: z.number().optional(),
  memory_percent: z.number().optional(),
  load_1m: z.number().optional(),
  cpu_count: z.number().optional(),
  active_tasks: z.number().int().optional(),
  max_tasks: z.number().int().optional(),
  os: z.string().optional(),
  arch: z.string().optional(),
  hostname: z.string().optional(),
  capabilities: z.array(z.string()).optional(),
  specialties: z.array(z.string()).optional(),
  aliases: z.array(z.string()).optional(),
  age_ms: z.number().optional().describe('How old these figures are.'),
  cordoned: z.boolean().optional().describe('true: takes no new work.'),
  why: z.string().optional().describe('Why it counts as overloaded.'),
  ...problemFields,
});

export const clusterStatus: Tool = {
  name: 'cluster_status',
  title: 'State of the nodes',
  description: [
    'Looks at all nodes of the cluster at once: whether each can be reached, its CPU, memory and load, the tasks on it,',
    'its operating system and architecture. Use it to see what there is, or why commands go where they go.',
    'Not needed before a run: cluster_bash looks for itself.',
  ].join(' '),
  inputShape: statusFields,
  outputShape: {
    local_node: z.string().optional(),
    nodes: z.record(z.string(), node).optional(),
    configuration_error: z
      .string()
      .optional()
      .describe('The configuration file has changed and cannot be used; the last good one holds.'),
    left_out: z
      .number()
      .int()
      .optional()
      .describe('Nodes that there was no room for: name them in node_ids.'),
    status: statusWord.optional().describe('Only where the call itself was wrong: invalid.'),
    ...problemFields,
  },
  annotations: onlyLooks,
  async handle(args, call) {
    const answer = await call.cluster.status(args);
    if ('nodes' in answer) return { content: fitStatus(answer), isError: false };
    return { content: { status: 'invalid', ...answer }, isError: true };
  },
};
