import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { containerBridges, isContainerBridge } from './container-bridges.js';

describe('isContainerBridge', () => {
  it.each([
    'docker0',
    'docker_gwbridge',
    'br-0123456789ab',
    'podman0',
    'cni0',
    'cni-podman0',
    'virbr0',
    'lxcbr0',
    'lxdbr0',
    'incusbr0',
    'veth12ab34c',
    'nerdctl0',
  ])('%s was made by an engine', (name) => expect(isContainerBridge(name)).toBe(true));

  it.each([
    'eth0',
    'en0',
    'wlan0',
    'br0',
    'br-lan',
    'br-add',
    'bridge0',
    'bond0',
    'tailscale0',
    'wg0',
    'mydocker0',
  ])('%s is a network of its own', (name) => expect(isContainerBridge(name)).toBe(false));
});

describe('containerBridges', () => {
  it('gives the subnets of bridges alone, of both families', () => {
    expect(
      containerBridges({
        eth0: [info('172.16.4.2/12'), info('fd00::2/64')],
        docker0: [info('172.17.0.1/16'), info('fd00:d0c::1/64')],
        'br-0123456789ab': [info('172.18.0.1/16')],
        veth1: [],
        virbr0: undefined,
      }),
    ).toEqual(['172.17.0.1/16', 'fd00:d0c::1/64', '172.18.0.1/16']);
  });
});

function info(cidr: string): NetworkInterfaceInfo {
  const address = cidr.slice(0, cidr.indexOf('/'));
  const shared = { address, netmask: '', mac: '02:00:00:00:00:01', internal: false, cidr };
  return address.includes(':') ? { ...shared, family: 'IPv6', scopeid: 0 } : { ...shared, family: 'IPv4' };
}
