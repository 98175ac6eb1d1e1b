import { expect, it } from 'vitest';
import { questionText } from './question-text.js';

const finding = {
  rule: 'delete-tree',
  verdict: 'ask' as const,
  message: 'deletes the folder build',
  suggestion: 'git clean -n',
  span: { start: 0, end: 3 },
  frames: [],
  core: false,
};

it('shows the command, the node, why it asks, and what may do instead', () => {
  const text = questionText({ taskId: 't1', command: 'tidy build', node: 'n1', findings: [finding] });
  expect(text).toContain('on n1');
  expect(text).toContain('\ntidy build\n');
  expect(text).toContain('deletes the folder build (delete-tree)');
  expect(text).toContain('git clean -n');
});

it('lets nothing in the command hide from the person', () => {
  const command = `echo \u001b[2K\u202egnp.txt ${'a'.repeat(10_000)}`;
  const text = questionText({ taskId: 't1', command, node: undefined, findings: [] });
  expect(text).toContain('echo \\u001b[2K\\u202egnp.txt');
  expect(text).toContain('characters more');
  expect(text).toContain('still to be chosen');
});
