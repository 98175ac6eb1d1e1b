import { answerLimit, type ClusterStatus, type NodeStatus } from '@cluster-execution/cluster';
import { expect, it } from 'vitest';
import { fitStatus } from './fit-status.js';

const node = (error: string): NodeStatus => ({
  reachable: false,
  active_tasks: 0,
  cordoned: false,
  age_ms: 3,
  error,
  error_code: 'connection-refused',
  hint: 'h'.repeat(200),
});

function cluster(count: number, error = 'refused'): ClusterStatus {
  return {
    local_node: 'laptop',
    nodes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, node(error)])),
  };
}

it('leaves a small cluster as it is', () => {
  const status = cluster(32);
  expect(fitStatus(status)).toBe(status);
});

it('leaves the lesser figures out before it leaves out nodes', () => {
  const fitted = fitStatus(cluster(250));
  expect(JSON.stringify(fitted).length).toBeLessThan(answerLimit);
  expect(Object.keys(fitted.nodes)).toHaveLength(250);
  expect(fitted.nodes['n7']).not.toHaveProperty('hint');
});

it('says how many nodes it left out', () => {
  const fitted = fitStatus({ ...cluster(10_000, 'x'.repeat(500)), configuration_error: 'y'.repeat(50_000) });
  expect(JSON.stringify(fitted).length).toBeLessThan(answerLimit);
  expect(Object.keys(fitted.nodes).length + (fitted.left_out ?? 0)).toBe(10_000);
  expect(Object.keys(fitted.nodes).length).toBeGreaterThan(100);
});
