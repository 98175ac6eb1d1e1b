import { expect, it } from 'vitest';
import { instructions } from './instructions.js';
import { tools } from './tools/all-tools.js';

it('fits what clients keep, and names every tool', () => {
  expect(instructions.length).toBeLessThan(2_000);
  for (const { name } of tools) expect(instructions).toContain(name);
});
