import { answerLimit, type TaskRow } from '@cluster-execution/cluster';
import { expect, it } from 'vitest';
import { fitTasks } from './fit-tasks.js';

function rows(count: number, command: string): TaskRow[] {
  return Array.from({ length: count }, (_, index) => ({
    task_id: `task-${index}`,
    command,
    status: 'completed',
    created_at: '2026-01-01T00:00:00.000Z',
  }));
}

it('shows a short list whole', () => {
  const tasks = rows(50, 'make');
  expect(fitTasks(tasks)).toEqual({ tasks });
});

it('shortens commands before it leaves tasks out', () => {
  const fitted = fitTasks(rows(150, 'x'.repeat(500)));
  expect(JSON.stringify(fitted).length).toBeLessThan(answerLimit);
  expect(fitted.tasks).toHaveLength(150);
  expect(fitted).not.toHaveProperty('left_out');
});

it('keeps the newest of very many, and says how many are left out', () => {
  const fitted = fitTasks(rows(1_000, '"'.repeat(500)));
  expect(JSON.stringify(fitted).length).toBeLessThan(answerLimit);
  expect(fitted.tasks[0]?.task_id).toBe('task-0');
  expect(fitted.tasks.length + (fitted.left_out ?? 0)).toBe(1_000);
});
