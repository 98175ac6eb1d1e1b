import { listFields } from '@cluster-execution/cluster';
import { z } from 'zod';
import { fitTasks } from './fit-tasks.js';
import { problemFields, statusWord } from './output-fields.js';
import { onlyLooks, type Tool } from './tool.js';

const row = z.looseObject({
  task_id: z.string(),
  command: z.string(),
  status: statusWord,
  executed_on: z.string().optional(),
  return_code: z.number().int().optional(),
  created_at: z.string(),
  started_at: z.string().optional(),
  ended_at: z.string().optional(),
});

export const taskList: Tool = {
  name: 'task_list',
  title: 'Recent tasks',
  description: [
    'Lists tasks, newest first: those of this session, of other sessions and of the command line. Use it to find a',
    'task_id again, or to see what runs where (status: running).',
  ].join(' '),
  inputShape: listFields,
  outputShape: {
    tasks: z.array(row).optional(),
    left_out: z.number().int().optional().describe('Older tasks that there was no room for.'),
    status: statusWord.optional().describe('Only where the call itself was wrong: invalid.'),
    ...problemFields,
  },
  annotations: onlyLooks,
  handle(args, call) {
    const answer = call.cluster.tasks.list(args);
    return Promise.resolve(
      'error' in answer
        ? { content: { status: 'invalid', ...answer }, isError: true }
        : { content: fitTasks(answer.tasks), isError: false },
    );
  },
};
