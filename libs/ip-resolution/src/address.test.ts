import { describe, expect, it } from 'vitest';
import { parseAddress, withoutScope } from './address.js';

describe('parseAddress', () => {
  it.each([
    ['192.168.1.5', '192.168.1.5', 4],
    ['127.0.0.1', '127.0.0.1', 4],
    ['fd00::5', 'fd00::5', 6],
    ['[fd00::5]', 'fd00::5', 6],
    ['fe80::1%eth0', 'fe80::1%eth0', 6],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1', 6],
  ])('%s is an address as written', (text, address, family) => {
    expect(parseAddress(text)).toEqual({ address, family });
  });

  it.each(['', 'builder-1', 'builder-1.local', '127.1', '2130706433', '1.2.3.4.5', 'fd00::5]', '10.0.0.1 '])(
    '"%s" is none',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe('withoutScope', () => {
  it('takes the interface off', () => {
    expect(withoutScope('fe80::1%eth0')).toBe('fe80::1');
    expect(withoutScope('10.0.0.1')).toBe('10.0.0.1');
  });
});
