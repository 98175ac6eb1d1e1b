import { describe, expect, test } from 'vitest';
import { parseSnapshot, type Snapshot } from './snapshot.js';

const snapshot: Snapshot = {
  version: 1,
  hostname: 'n1',
  os: 'linux',
  arch: 'x86_64',
  cpu: { count: 4, percent: 12.5 },
  load: { '1m': 0.5, '5m': 0.4, '15m': 0.3 },
  memory: { total_bytes: 1000, available_bytes: 400, percent: 60 },
  swap: { total_bytes: 0, used_bytes: 0 },
  disks: [{ mount: '/', total_bytes: 10, available_bytes: 5, percent: 50 }],
  gpus: [{ name: 'a card' }],
  collectors: { cpu: { ok: true, duration_ms: 1.5 }, gpus: { ok: false, error: 'no driver' } },
};

test('a line comes back as it went', () => {
  expect(parseSnapshot(`${JSON.stringify(snapshot)}\n`)).toEqual(snapshot);
});

test('what a newer probe adds is dropped, not refused', () => {
  expect(parseSnapshot(JSON.stringify({ ...snapshot, fans: [1200] }))).toEqual(snapshot);
});

describe('what is no snapshot is refused, saying what is wrong', () => {
  test.each([
    ['nothing', '', /printed nothing/],
    [
      'a shell complaint',
      'bash: cluster-probe: command not found',
      /begins "bash: cluster-probe: command not/,
    ],
    ['half a line', JSON.stringify(snapshot).slice(0, 60), /not one line of JSON/],
    ['two lines', `${JSON.stringify(snapshot)}\n${JSON.stringify(snapshot)}`, /not one line of JSON/],
    ['another version', JSON.stringify({ ...snapshot, version: 2 }), /version 2 .* this reader version 1/],
    ['other JSON', '{"hello":1}', /version: /],
    ['null', 'null', /no snapshot/],
    ['a figure that cannot be', JSON.stringify({ ...snapshot, cpu: { percent: 130 } }), /cpu\.percent: /],
    ['a null for a figure', JSON.stringify({ ...snapshot, cpu: { percent: null } }), /cpu\.percent: /],
    ['an unknown system', JSON.stringify({ ...snapshot, os: 'plan9' }), /os: /],
  ])('%s', (_case, text, message) => {
    expect(() => parseSnapshot(text)).toThrow(
      expect.objectContaining({
        name: 'ProbeError',
        code: 'snapshot-invalid',
        message: expect.stringMatching(message),
      }),
    );
  });

  test('the message holds no control characters of what was printed', () => {
    expect(() => parseSnapshot('\u001b[31mred\u0007')).toThrow(/begins "\[31mred"/);
  });
});
