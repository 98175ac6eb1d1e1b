import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture, wholeEnd, wholeStart } from './capture.js';

/** Valid text in several scripts, in pieces that may end anywhere. */
const text = fc.string({ unit: fc.constantFrom('a', '\n', 'ä', '€', '😀'), maxLength: 120 });
const pieces = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 20 });

function pushed(bytes: Buffer, sizes: readonly number[], head: number, tail: number) {
  const capture = createCapture(head, tail);
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    capture.push(bytes.subarray(from, from + size));
    from += size;
  }
  return capture;
}

describe('capture', () => {
  it('never breaks a character, and says how many bytes are left out', () => {
    fc.assert(
      fc.property(
        text,
        pieces,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (whole, sizes, head, tail) => {
          const bytes = Buffer.from(whole);
          const capture = pushed(bytes, sizes, head, tail);
          const { text: shown, truncated } = capture.text();
          expect(capture.bytes).toBe(bytes.length);
          expect(shown).not.toContain('\uFFFD');
          expect(truncated).toBe(bytes.length > head + tail);
          if (!truncated) {
            expect(shown).toBe(whole);
            return;
          }
          const [, first = '', left, last = ''] =
            /^([^]*)\n… (\d+) bytes left out …\n([^]*)$/.exec(shown) ?? [];
          expect(whole.startsWith(first)).toBe(true);
          expect(whole.endsWith(last)).toBe(true);
          expect(Buffer.byteLength(first) + Number(left) + Buffer.byteLength(last)).toBe(bytes.length);
          expect(Buffer.byteLength(first)).toBeGreaterThan(head - 4);
          expect(Buffer.byteLength(last)).toBeGreaterThan(tail - 4);
        },
      ),
    );
  });

  it('keeps a bounded amount of an endless stream', () => {
    const capture = createCapture(100, 100);
    for (let count = 0; count < 10_000; count += 1) capture.push(Buffer.from(`line ${count}\n`));
    expect(capture.text().text.length).toBeLessThan(300);
    expect(capture.text().text).toMatch(/^line 0\n[^]*line 9999\n$/);
  });
});

it('knows where the characters of any bytes begin and end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (array) => {
      const bytes = Buffer.from(array);
      const end = wholeEnd(bytes);
      const start = wholeStart(bytes);
      expect(bytes.length - end.length).toBeLessThanOrEqual(3);
      expect(bytes.length - start.length).toBeLessThanOrEqual(3);
      expect(bytes.subarray(0, end.length)).toEqual(end);
      expect(bytes.subarray(bytes.length - start.length)).toEqual(start);
    }),
  );
});
