import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPacketReader,
  encodePacket,
  packetTypes,
  readFields,
  type Field,
  type Packet,
} from './packet.js';

const version = encodePacket(packetTypes.version, [3, 'fsync@openssh.com', '1']);
const number = fc.nat({ max: 0xffff_ffff });
const long = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const fields = fc.array(fc.oneof(number, long, fc.string({ unit: 'grapheme' }), fc.uint8Array()), {
  maxLength: 6,
});

/** Pushes `bytes` in pieces that end at `cuts`. */
function push(bytes: Buffer, cuts: readonly number[]): Packet[] {
  const reader = createPacketReader();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  return ends.flatMap((end) => reader.push(bytes.subarray(from, (from = end))));
}

describe('a packet', () => {
  it('is as the draft says', () => {
    expect(encodePacket(packetTypes.write, [1, Buffer.from('h'), 2n ** 32n + 5n, 'ä']).toString('hex')).toBe(
      ['00000018', '06', '00000001', '00000001', '68', '0000000100000005', '00000002', 'c3a4'].join(''),
    );
  });

  it('announces what is sent after it', () => {
    const whole = encodePacket(packetTypes.write, [1, Buffer.from('data')]);
    const head = encodePacket(packetTypes.write, [1, 4], 4);
    expect(Buffer.concat([head, Buffer.from('data')])).toEqual(whole);
  });

  it('comes back as it went, however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fields), fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
        const bytes = Buffer.concat([
          version,
          ...sent.map((each, index) => encodePacket(100 + (index % 100), each)),
        ]);
        const [first, ...got] = push(bytes, cuts);
        expect(first?.type).toBe(packetTypes.version);
        expect(got.map(({ type }) => type)).toEqual(sent.map((_, index) => 100 + (index % 100)));
        got.forEach(({ body }, index) => {
          const reader = readFields(body);
          const read = (field: Field) => {
            if (typeof field === 'number') return reader.number();
            if (typeof field === 'bigint') return reader.long();
            return typeof field === 'string' ? reader.text() : Uint8Array.from(reader.bytes());
          };
          expect(sent[index]?.map(read)).toEqual(sent[index]);
          expect(reader.left).toBe(0);
        });
      }),
    );
  });

  it('that is shorter than it says is refused, and so is one without end', () => {
    expect(() => readFields(Buffer.from([0, 0, 0, 9, 1])).bytes()).toThrow(RangeError);
    expect(() => readFields(Buffer.alloc(3)).number()).toThrow(RangeError);
    for (const length of ['00000000', '00040001', '48656c6c'])
      expect(() => push(Buffer.concat([version, Buffer.from(length, 'hex')]), [])).toThrow(RangeError);
  });
});

describe('what a login shell prints', () => {
  it('before the first packet is passed over', () => {
    const noise = fc.string({ maxLength: 300 });
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
        const packets = push(Buffer.concat([Buffer.from(text), version, encodePacket(101, [7])]), cuts);
        expect(packets.map(({ type }) => type)).toEqual([packetTypes.version, 101]);
      }),
    );
  });

  it('is remembered, and has an end', () => {
    const reader = createPacketReader();
    expect(reader.push(Buffer.from('This account is closed.\n'))).toEqual([]);
    expect(reader.noise()).toBe('This account is closed.\n');
    expect(() => reader.push(Buffer.alloc(70_000, 'x'))).toThrow(RangeError);
  });
});
