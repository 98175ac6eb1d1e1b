import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { naturalOrder } from './natural-order.js';

test.each([
  [
    ['n10', 'n2', 'n1'],
    ['n1', 'n2', 'n10'],
  ],
  [
    ['n1', 'n01', 'n001'],
    ['n1', 'n01', 'n001'],
  ],
  [
    ['b', 'a1', 'a'],
    ['a', 'a1', 'b'],
  ],
  [
    ['a1b', 'a2', 'a1'],
    ['a1', 'a1b', 'a2'],
  ],
  [
    ['n99999999999999999999', 'n100000000000000000000'],
    ['n99999999999999999999', 'n100000000000000000000'],
  ],
])('%j', (names, ordered) => {
  expect(names.toSorted(naturalOrder)).toEqual(ordered);
});

test('is an order: only equal names are equal, and it does not go in circles', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '0', '1', '9'), maxLength: 6 });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0);
      expect(naturalOrder(a, b) === 0).toBe(a === b);
      expect(naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0 && naturalOrder(a, c) > 0).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
