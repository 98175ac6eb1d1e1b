import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naturalOrder } from './natural-order.js';
import { expandNodeSet } from './node-set.js';

const characters = 'a b 0 1 9 [ ] - , ! & ^ / @ .'.split(' ').concat(' ');

describe('expandNodeSet', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['a', ['a']],
    ['b, a', ['a', 'b']],
    ['n[1-4]', ['n1', 'n2', 'n3', 'n4']],
    ['n[01-03]', ['n01', 'n02', 'n03']],
    ['n[08-11]', ['n08', 'n09', 'n10', 'n11']],
    ['n[9-11]', ['n9', 'n10', 'n11']],
    ['n[0-2]', ['n0', 'n1', 'n2']],
    ['n[1-3,7]', ['n1', 'n2', 'n3', 'n7']],
    ['n[1-9/2]', ['n1', 'n3', 'n5', 'n7', 'n9']],
    ['n[1-4].lab', ['n1.lab', 'n2.lab', 'n3.lab', 'n4.lab']],
    ['r[1-2]n[1-2]', ['r1n1', 'r1n2', 'r2n1', 'r2n2']],
    ['[1-2]', ['1', '2']],
    ['n10,n2,n2', ['n2', 'n10']],
    ['n[1-5]!n[2-3]', ['n1', 'n4', 'n5']],
    ['n[1-5]!n[2-3],n2', ['n1', 'n2', 'n4', 'n5']],
    ['n[1-5]&n[4-9]', ['n4', 'n5']],
    ['n[1-3]^n[3-4]', ['n1', 'n2', 'n4']],
  ])('%j', (text, names) => {
    expect(expandNodeSet(text)).toEqual(names);
  });

  test.each([
    [',a'],
    ['a,'],
    ['a,,b'],
    ['!a'],
    ['a!'],
    ['a b'],
    ['a\nb'],
    ['a\0'],
    ['n[1-4'],
    ['n1-4]'],
    ['n[[1-2]]'],
    ['n[]'],
    ['n[a-c]'],
    ['n[4-1]'],
    ['n[1-4/0]'],
    ['n[-1-2]'],
    ['n[01-100]'],
    ['n[1-010]'],
    ['n[1234567890123456]'],
    ['@farm'],
  ])('refuses %j', (text) => {
    expect(() => expandNodeSet(text)).toThrow(expect.objectContaining({ code: 'node-set-invalid' }));
  });

  test.each([
    ['n[1-10001]'],
    ['n[1-999999999999999]'],
    ['r[1-200]n[1-200]'],
    ['n[1-10000],m1'],
    [Array.from({ length: 20 }, () => 'n[1-9999]').join('!')],
  ])('refuses the size of %j', (text) => {
    expect(() => expandNodeSet(text)).toThrow(expect.objectContaining({ code: 'node-set-too-large' }));
  });

  test('takes 10,000 names', () => {
    expect(expandNodeSet('n[1-10000]')).toHaveLength(10_000);
  });

  test('any text gives names in order, or a NodeSetError', () => {
    const text = fc.string({ unit: fc.constantFrom(...characters), maxLength: 30 });
    fc.assert(
      fc.property(text, (written) => {
        let names: string[] = [];
        try {
          names = expandNodeSet(written);
        } catch (error) {
          expect(error).toHaveProperty('code', expect.stringMatching(/^node-set-/));
        }
        expect(names).toEqual([...new Set(names)].toSorted(naturalOrder));
      }),
      { numRuns: 2000 },
    );
  });
});
