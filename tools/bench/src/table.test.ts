import { expect, test } from 'vitest';
import { compared, measured } from './row.js';
import { table } from './table.js';

test('the rows for people', () => {
  const rows = [
    compared({ name: 'warm', unit: 'ms', ours: 2.345, against: 'ssh', theirs: 4.69, atMost: 1 }),
    compared({ name: 'fan-out', unit: 'ms', ours: 300, against: 'clush', theirs: 100, atMost: 1 }),
    measured({ name: 'memory', unit: 'MB', ours: 80.25, atMost: 120 }),
    measured({ name: 'import', unit: 'ms', ours: 0.01234, note: '3 files' }),
  ];
  expect(table(rows)).toBe(
    [
      '             ours  theirs           ratio  target    met',
      'warm      2.35 ms    4.69  ssh        0.5  ≤ 1       yes',
      'fan-out    300 ms     100  clush        3  ≤ 1       NO',
      'memory    80.3 MB                          ≤ 120 MB  yes',
      'import   0.012 ms          3 files',
    ].join('\n'),
  );
});

test('a limit from below', () => {
  const row = compared({ name: 'rate', unit: '/s', ours: 30, against: 'ssh', theirs: 10, atLeast: 2.1 });
  expect(row).toMatchObject({ ratio: 3, met: true, target: { of: 'ratio', atLeast: 2.1 } });
  expect(measured({ name: 'rate', unit: '/s', ours: 2, atLeast: 3 }).met).toBe(false);
});
