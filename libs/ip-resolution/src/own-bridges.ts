import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { containerBridges, isContainerBridge } from './container-bridges.js';
import { parseRoutes } from './route-table.js';

/**
 * The subnets of this machine's own container bridges, as CIDRs, those without a container running among them:
 * Node lists no interface that has no carrier, yet its address still is this machine, and Linux's tables have it.
 * Never rejects.
 */
export async function findContainerBridges(): Promise<string[]> {
  const [routes, addresses] = await Promise.all([
    readTable('/proc/net/route'),
    readTable('/proc/net/if_inet6'),
  ]);
  const idle = [
    ...parseRoutes(routes).map(({ interface: name, subnet }) => ({ name, subnet })),
    ...parseIpv6Addresses(addresses),
  ];
  const subnets = idle.flatMap(({ name, subnet }) => (isContainerBridge(name) ? [subnet] : []));
  return [...new Set([...containerBridges(networkInterfaces()), ...subnets])];
}

/** The addresses in the text of Linux's `/proc/net/if_inet6`: 32 hex digits, index, prefix length, scope, flags, name. */
export function parseIpv6Addresses(text: string): { name: string; subnet: string }[] {
  return text.split('\n').flatMap((line) => {
    const [digits = '', , prefix = '', , , name = ''] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{32}$/i.test(digits) || !/^[0-9a-f]{2}$/i.test(prefix)) return [];
    const address = digits.match(/.{4}/g)?.join(':') ?? '';
    return [{ name, subnet: `${address}/${Number.parseInt(prefix, 16)}` }];
  });
}

/** Only Linux has these tables; elsewhere what Node lists is what there is. */
async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
