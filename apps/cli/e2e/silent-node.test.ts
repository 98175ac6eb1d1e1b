import { startLab, type Lab } from '@cluster-execution/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, makePlace, type Place } from './session.js';

let lab: Lab;
let place: Place;

beforeAll(async () => {
  lab = await startLab({ nodes: 2 });
  await lab.node('n2').freeze();
  place = await makePlace(
    inventory(lab, {}, (id) => ({ maxTasks: 8, capabilities: id === 'n1' ? ['gpu'] : [] })),
  );
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab.close();
});

/** Its answer would come, or not come, after twice this long: the inventory's limits. */
const limitMs = 20_000;

describe('a node that accepts connections and then is silent', () => {
  it('is not waited for where another fits', async () => {
    const startedAt = performance.now();
    const plan = await place.json(['plan', 'make all']);
    expect(performance.now() - startedAt).toBeLessThan(limitMs);
    expect(plan).toMatchObject({
      routing: {
        chosen: 'n1',
        nodes: { n2: { feasible: false, reasons: [expect.stringContaining('no answer yet')] } },
      },
    });
  });

  it('is not even asked where the inventory says that it does not fit', async () => {
    const plan = await place.json(['plan', 'make all', '--cap', 'gpu']);
    expect(plan).toMatchObject({
      routing: { chosen: 'n1', nodes: { n2: { feasible: false, reasons: ['capabilities: has no gpu'] } } },
    });
  });
});
