import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldNodeSet } from './fold-node-set.js';
import { naturalOrder } from './natural-order.js';
import { expandNodeSet } from './node-set.js';

describe('foldNodeSet', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['n1', 'n2', 'n3', 'a'], 'a,n[1-3]'],
    [['n3', 'n1', 'n2', 'n2'], 'n[1-3]'],
    [['n1', 'n3', 'n4', 'n9'], 'n[1,3-4,9]'],
    [['n08', 'n09', 'n10', 'n11'], 'n[08-11]'],
    [['n8', 'n9', 'n10'], 'n[8-10]'],
    [['n8', 'n9', 'n09', 'n10'], 'n[8-9,09-10]'],
    [['n1.lab2', 'n2.lab2'], 'n[1-2].lab2'],
    [['r1n1', 'r1n2', 'r2n1', 'r2n2'], 'r[1-2]n[1-2]'],
    [['r1n1', 'r1n2', 'r2n1'], 'r1n[1-2],r2n1'],
    [['5', '6'], '[5-6]'],
  ])('%j folds to %s', (ids, folded) => {
    expect(foldNodeSet(ids)).toBe(folded);
  });

  test.each(['', 'a b', 'n[1-2]', 'a,b', 'a!b', '@all', 'a\n'])(
    'refuses %j, which it could not give back',
    (name) => {
      expect(() => foldNodeSet([name])).toThrow(expect.objectContaining({ code: 'node-set-invalid' }));
    },
  );

  const part = fc.oneof(
    fc.constantFrom('n', 'rack', '-', '.lab', 'x'),
    fc.nat({ max: 25 }).map(String),
    fc.nat({ max: 12 }).map((value) => String(value).padStart(2, '0')),
    fc.constantFrom('000', '099', '100', '9007199254740993', '99999999999999999999'),
  );
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

  test('what was folded expands to the same names in natural order', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), (names) => {
        expect(expandNodeSet(foldNodeSet(names))).toEqual([...new Set(names)].toSorted(naturalOrder));
      }),
      { numRuns: 500 },
    );
  });

  test('folding what was folded changes nothing', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 30 }), (names) => {
        const folded = foldNodeSet(names);
        expect(foldNodeSet(expandNodeSet(folded))).toBe(folded);
      }),
    );
  });
});
