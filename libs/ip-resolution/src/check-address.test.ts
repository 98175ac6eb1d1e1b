import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RefusalReason, checkAddress } from './check-address.js';

const bridges = ['172.17.0.1/16', 'fd00:d0c::1/64'];

describe('checkAddress', () => {
  it.each<[string, RefusalReason]>([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['127.0.1.1', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['169.254.0.1', 'link-local'],
    ['169.254.169.254', 'link-local'],
    ['::ffff:169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf:ffff::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['224.0.0.251', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['255.255.255.255', 'multicast'],
    ['ff02::fb', 'multicast'],
    ['172.17.0.1', 'container-bridge'],
    ['172.17.255.3', 'container-bridge'],
    ['::ffff:172.17.0.2', 'container-bridge'],
    ['fd00:d0c::99', 'container-bridge'],
    ['builder-1', 'not-an-address'],
    ['127.1', 'not-an-address'],
    ['', 'not-an-address'],
  ])('refuses %s: %s', (address, reason) => {
    expect(checkAddress(address, { bridges })).toEqual({ ok: false, reason });
  });

  // Fault 8 of the original: 10.0.0.0/16, 172.16.0.0/12 and all of IPv6 were refused, and people's networks live there.
  it.each([
    '10.0.0.1',
    '10.0.255.255',
    '10.244.0.7',
    '172.16.0.1',
    '172.18.0.1',
    '172.31.255.254',
    '192.168.1.27',
    '100.64.0.1',
    '203.0.113.9',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.0',
    '223.255.255.255',
    'fd00::5',
    'fd00:d0c:0:1::1',
    '2001:db8::1',
    'fec0::1',
    'fe7f::1',
    '::2',
    '::ffff:10.0.0.1',
  ])('accepts %s, as long as it lies on no bridge of this machine', (address) => {
    expect(checkAddress(address, { bridges })).toEqual({ ok: true });
  });

  it('accepts what Docker uses by default on a machine that has no Docker', () => {
    expect(checkAddress('172.17.0.2', { bridges: [] })).toEqual({ ok: true });
  });

  it('says which subnet is none', () => {
    expect(() => checkAddress('10.0.0.1', { bridges: ['docker0'] })).toThrow('"docker0" is no subnet');
  });

  it('judges every IPv4 address by its first bytes, however it is written', () => {
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
        const expected = reasonByBytes(a, b, c, d);
        const mapped = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        for (const address of [`${a}.${b}.${c}.${d}`, `::ffff:${a}.${b}.${c}.${d}`, mapped]) {
          const check = checkAddress(address, { bridges });
          expect(check.ok ? undefined : check.reason).toBe(expected);
        }
      }),
    );
  });

  it('judges every IPv6 address by its first word, however it is written', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const first = words[0] ?? 0;
        fc.pre(first !== 0 && first !== 0xfd00);
        const long = words.map((part) => part.toString(16).padStart(4, '0')).join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        const expected =
          first >= 0xff00 ? 'multicast' : (first & 0xffc0) === 0xfe80 ? 'link-local' : undefined;
        for (const address of [long, long.toUpperCase(), short]) {
          const check = checkAddress(address, { bridges });
          expect(check.ok ? undefined : check.reason).toBe(expected);
        }
      }),
    );
  });
});

// Half of the bytes lie at the edges of the ranges that matter.
const byte = fc.oneof(
  fc.nat(255),
  fc.constantFrom(0, 1, 16, 17, 18, 126, 127, 128, 169, 172, 223, 224, 239, 240, 253, 254, 255),
);
const word = fc.oneof(
  fc.nat(0xffff),
  fc.constantFrom(0xfe7f, 0xfe80, 0xfebf, 0xfec0, 0xfeff, 0xff00, 0xff02),
);

function reasonByBytes(a: number, b: number, c: number, d: number): RefusalReason | undefined {
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 0) return 'unspecified';
  if (a >= 224 && a <= 239) return 'multicast';
  if (a === 255 && b === 255 && c === 255 && d === 255) return 'multicast';
  return a === 172 && b === 17 ? 'container-bridge' : undefined;
}
