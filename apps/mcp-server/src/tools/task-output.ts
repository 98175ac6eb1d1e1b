import { answerLimit, outputFields } from '@cluster-execution/cluster';
import { z } from 'zod';
import { problemFields, statusWord } from './output-fields.js';
import { onlyLooks, type Answer, type Call, type Tool } from './tool.js';

export const taskOutput: Tool = {
  name: 'task_output',
  title: 'Read or follow what a task printed',
  description: [
    'Reads what a task printed, page by page, while it runs and after it has ended; use it where an answer was',
    '"running" or "truncated". wait_seconds waits for more output or the end; go on at next_offset until eof.',
    'grep shows only the lines that match.',
  ].join(' '),
  inputShape: outputFields,
  outputShape: {
    task_id: z.string().optional(),
    status: statusWord,
    return_code: z.number().int().optional(),
    stream: z.enum(['stdout', 'stderr']).optional(),
    offset: z.number().int().optional(),
    data: z.string().optional(),
    encoding: z.enum(['utf8', 'base64']).optional().describe('base64 where it is no UTF-8.'),
    next_offset: z.number().int().optional(),
    total_bytes: z.number().int().optional(),
    eof: z.boolean().optional().describe('The task has ended and this page reaches the end.'),
    ...problemFields,
  },
  annotations: onlyLooks,
  async handle(args, call) {
    const answer = await read(args, call);
    if (answer.isError || args['limit'] !== undefined) return answer;
    // What needs escaping takes more characters than bytes: a limit of our own must still keep to the size.
    let fitting = answer;
    for (let limit = defaultLimit; size(fitting) >= answerLimit && limit > 1;) {
      limit = Math.max(1, Math.floor((limit * answerLimit * 0.9) / size(fitting)));
      fitting = await read({ ...args, limit, wait_seconds: 0 }, call);
    }
    return fitting;
  },
};

const defaultLimit = 20_000;

async function read(args: Record<string, unknown>, call: Call): Promise<Answer> {
  const answer = await call.cluster.tasks.output(args, call.signal);
  if ('error' in answer) return { content: { status: 'invalid', ...answer }, isError: true };
  return { content: answer, isError: false };
}

function size({ content }: Answer): number {
  return JSON.stringify(content).length;
}
