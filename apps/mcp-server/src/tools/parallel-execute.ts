import { fitResults, parallelFields } from '@cluster-execution/cluster';
import { z } from 'zod';
import { follow } from './follow.js';
import { outcomeFields, problemFields, statusWord } from './output-fields.js';
import { runsCommands, type Tool } from './tool.js';

const summary = z.looseObject({
  total: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  by_status: z.partialRecord(statusWord, z.number().int()),
});

export const parallelExecute: Tool = {
  name: 'parallel_execute',
  title: 'Run several commands at once',
  description: [
    'Runs independent shell commands at once, spread over all nodes that fit, and answers with one result each, in the',
    'order given, and a summary. Use it for test shards, several builds, or the same look at many things.',
    'One that fails leaves the others alone, unless fail_fast is set. Do not use it for commands that need each',
    'other’s results or change the same files: join those with && in cluster_bash.',
  ].join(' '),
  inputShape: parallelFields,
  outputShape: {
    status: statusWord.optional().describe('Only where the call itself was wrong: invalid.'),
    results: z.array(z.looseObject(outcomeFields)).optional(),
    summary: summary.optional(),
    ...problemFields,
  },
  annotations: runsCommands,
  async handle(args, call) {
    const answer = await follow(call, (options) => call.cluster.runAll(args, options));
    if ('results' in answer) return { content: fitResults(answer), isError: false };
    return { content: { status: 'invalid', ...answer }, isError: true };
  },
};
