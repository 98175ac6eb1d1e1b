import { parseAddress, withoutScope } from './address.js';
import { inSubnets } from './subnet.js';

/** Why an address that a name resolved to cannot be a remote node's. */
export type RefusalReason =
  'loopback' | 'link-local' | 'unspecified' | 'multicast' | 'container-bridge' | 'not-an-address';

export type AddressCheck = { ok: true } | { ok: false; reason: RefusalReason };

/**
 * Whether a name may resolve to this address for a remote node. Private networks (10/8, 172.16/12, 192.168/16,
 * fc00::/7) are where nodes live and pass, except for the subnets of this machine's own container bridges.
 *
 * Ranges: RFC 6890 (loopback, link-local, "this network"), RFC 4291 (IPv6), RFC 5771 and RFC 4291 (multicast),
 * RFC 919 (limited broadcast, which is called multicast here). An IPv4-mapped IPv6 address is judged as IPv4.
 */
export function checkAddress(address: string, own: { bridges: readonly string[] }): AddressCheck {
  if (parseAddress(withoutScope(address)) === undefined) return { ok: false, reason: 'not-an-address' };
  const refusals: readonly [RefusalReason, readonly string[]][] = [
    ['loopback', ['127.0.0.0/8', '::1/128']],
    ['link-local', ['169.254.0.0/16', 'fe80::/10']],
    ['unspecified', ['0.0.0.0/8', '::/128']],
    ['multicast', ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8']],
    ['container-bridge', own.bridges],
  ];
  const hit = refusals.find(([, cidrs]) => inSubnets(address, cidrs));
  return hit === undefined ? { ok: true } : { ok: false, reason: hit[0] };
}
