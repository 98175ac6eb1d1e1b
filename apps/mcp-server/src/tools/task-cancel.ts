import { cancelFields } from '@cluster-execution/cluster';
import { z } from 'zod';
import { problemFields, statusWord } from './output-fields.js';
import { type Tool } from './tool.js';

export const taskCancel: Tool = {
  name: 'task_cancel',
  title: 'End a task',
  description: [
    'Ends a task that is queued or running, with all processes that it started, and looks whether they are gone',
    '("stopped"). A task that has ended already stays as it is.',
  ].join(' '),
  inputShape: cancelFields,
  outputShape: {
    task_id: z.string().optional(),
    status: statusWord,
    stopped: z.enum(['yes', 'no', 'unknown']).optional(),
    ...problemFields,
  },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async handle(args, call) {
    const answer = await call.cluster.tasks.cancel(args);
    if ('error' in answer) return { content: { status: 'invalid', ...answer }, isError: true };
    return { content: answer, isError: false };
  },
};
