import { expect, it } from 'vitest';
import { nodeList } from './offload-to.js';

it('lists the nodes with their aliases, and which is this machine', () => {
  const nodes = [
    { id: 'laptop', aliases: [], local: true },
    { id: 'n1', aliases: ['builder', 'linux'], local: false },
  ];
  expect(nodeList(nodes)).toBe('Nodes: laptop [this machine], n1 (builder, linux).');
});

it('stays short in a large cluster', () => {
  const nodes = Array.from({ length: 5_000 }, (_, index) => ({
    id: `node-${index}`,
    aliases: [],
    local: false,
  }));
  const text = nodeList(nodes);
  expect(text.length).toBeLessThan(2_100);
  expect(text).toMatch(/ and 4\d\d\d more that cluster_status lists\.$/);
});
