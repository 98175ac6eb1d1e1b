/** An answer about a task, or to a call that cannot be understood. */
export interface TaskError {
  error: string;
  error_code: string;
  hint?: string;
}

export function invalidArguments(error: string): TaskError {
  return { error, error_code: 'invalid-arguments', hint: 'See the tool’s input schema.' };
}

export function unknownTask(id: string): TaskError {
  return {
    error: `There is no task "${id}".`,
    error_code: 'unknown-task',
    hint: 'task_list shows the tasks there are.',
  };
}
