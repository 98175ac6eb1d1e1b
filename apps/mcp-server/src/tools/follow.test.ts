import { expect, it } from 'vitest';
import { describeChange, describeRuns } from './follow.js';

it('says where a command stands', () => {
  expect(describeChange({ status: 'running', executed_on: 'n1' })).toBe('running on n1');
  expect(describeChange({ status: 'queued' })).toContain('queued');
  expect(describeChange({ status: 'needs_approval', task_id: 't1' })).toContain('cluster-router approve t1');
  expect(describeChange({ status: 'completed' })).toBe('completed');
});

it('says how one or many get on', () => {
  const sum = { elapsedMs: 6_100, bytes: 12 };
  expect(describeRuns([], sum)).toBe('choosing a node: 6 s, 12 bytes of output');
  expect(describeRuns([{ status: 'running', executed_on: 'n1' }], sum)).toBe(
    'running on n1: 6 s, 12 bytes of output',
  );
  expect(describeRuns([{ status: 'running' }, { status: 'queued' }, { status: 'running' }], sum)).toBe(
    '2 running, 1 queued: 6 s, 12 bytes of output',
  );
});
