import { BlockList } from 'node:net';
import { parseAddress, withoutScope } from './address.js';

/**
 * Whether `address` lies in one of `cidrs` (`172.17.0.0/16`; host bits do not matter). An IPv4 address written
 * as IPv6 (`::ffff:127.0.0.1`) counts as the IPv4 address that it is. A CIDR that is none throws a TypeError.
 */
export function inSubnets(address: string, cidrs: readonly string[]): boolean {
  const parsed = parseAddress(withoutScope(address));
  if (parsed === undefined) return false;
  const subnets = new BlockList();
  for (const cidr of cidrs) addSubnet(subnets, cidr);
  return subnets.check(parsed.address, parsed.family === 4 ? 'ipv4' : 'ipv6');
}

function addSubnet(subnets: BlockList, cidr: string): void {
  const [network = '', prefix = ''] = cidr.split('/');
  const parsed = parseAddress(network);
  if (parsed === undefined || !/^\d{1,3}$/.test(prefix)) {
    throw new TypeError(`"${cidr}" is no subnet; write one as 172.17.0.0/16 or fd00:1::/64`);
  }
  subnets.addSubnet(parsed.address, Number(prefix), parsed.family === 4 ? 'ipv4' : 'ipv6');
}
