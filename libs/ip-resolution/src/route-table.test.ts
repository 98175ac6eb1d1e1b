import { describe, expect, it } from 'vitest';
import { defaultGateway, parseRoutes } from './route-table.js';

const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
const row = (...fields: string[]) => fields.join('\t');

describe('defaultGateway', () => {
  it('reads the gateway of the default route', () => {
    const text = [
      header,
      row('eth0', '00000000', '0101A8C0', '0003', '0', '0', '100', '00000000', '0', '0', '0'),
      row('eth0', '0001A8C0', '00000000', '0001', '0', '0', '100', '00FFFFFF', '0', '0', '0'),
      '',
    ].join('\n');
    expect(defaultGateway(parseRoutes(text))).toBe('192.168.1.1');
  });

  it('takes the lowest metric of several', () => {
    const text = [
      header,
      row('wlan0', '00000000', '01010A0A', '0003', '0', '0', '600', '00000000', '0', '0', '0'),
      row('eth0', '00000000', '0101A8C0', '0003', '0', '0', '100', '00000000', '0', '0', '0'),
    ].join('\n');
    expect(defaultGateway(parseRoutes(text))).toBe('192.168.1.1');
  });

  it.each([
    ['is empty', ''],
    ['has a header alone', header],
    [
      'has no default route',
      `${header}\n${row('eth0', '0001A8C0', '00000000', '0001', '0', '0', '0', '00FFFFFF')}`,
    ],
    [
      'has one without a gateway',
      `${header}\n${row('tun0', '00000000', '00000000', '0001', '0', '0', '0', '00000000')}`,
    ],
    [
      'has one that is down',
      `${header}\n${row('eth0', '00000000', '0101A8C0', '0002', '0', '0', '0', '00000000')}`,
    ],
    [
      'has half of the world',
      `${header}\n${row('tun0', '00000000', '0101A8C0', '0003', '0', '0', '0', '00000080')}`,
    ],
    ['is nonsense', 'no\nroute at all\n\0'],
  ])('knows none where the table %s', (_, text) => {
    expect(defaultGateway(parseRoutes(text))).toBeUndefined();
  });
});

describe('parseRoutes', () => {
  it('reads interface, subnet, gateway and metric', () => {
    const text = [
      header,
      row('eth0', '00000000', '010200C0', '0003', '0', '0', '100', '00000000', '0', '0', '0'),
      `${row('docker0', '000011AC', '00000000', '0001', '0', '0', '0', '0000FFFF', '0', '0', '0')}    `,
    ].join('\n');
    expect(parseRoutes(text)).toEqual([
      { interface: 'eth0', subnet: '0.0.0.0/0', gateway: '192.0.2.1', metric: 100 },
      { interface: 'docker0', subnet: '172.17.0.0/16', gateway: undefined, metric: 0 },
    ]);
  });
});
