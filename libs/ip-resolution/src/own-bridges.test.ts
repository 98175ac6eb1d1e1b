import { describe, expect, it } from 'vitest';
import { parseIpv6Addresses } from './own-bridges.js';

describe('parseIpv6Addresses', () => {
  it('reads address, prefix length and name', () => {
    const text = [
      'fd000005000000000000000000000001 02 40 00 82  docker0',
      '00000000000000000000000000000001 01 80 10 80       lo',
      '',
    ].join('\n');
    expect(parseIpv6Addresses(text)).toEqual([
      { name: 'docker0', subnet: 'fd00:0005:0000:0000:0000:0000:0000:0001/64' },
      { name: 'lo', subnet: '0000:0000:0000:0000:0000:0000:0000:0001/128' },
    ]);
  });

  it.each(['', 'nonsense', 'fd00 02 40 00 82 docker0', 'fd000005000000000000000000000001'])(
    'passes over "%s"',
    (text) => {
      expect(parseIpv6Addresses(text)).toEqual([]);
    },
  );
});
