export { type Address, parseAddress } from './address.js';
export { type AddressCheck, type RefusalReason, checkAddress } from './check-address.js';
export { type ConnectErrorCode, type FailedAttempt, ConnectError } from './connect-error.js';
export { type ConnectOptions, connectFirst } from './connect-first.js';
export { containerBridges } from './container-bridges.js';
export { type LanAddressOptions, findLanAddress } from './lan-address.js';
export type { RefusedAddress } from './look-up.js';
export { type MulticastDnsOptions, queryMulticastDns } from './multicast-dns.js';
export { type MulticastDnsErrorCode, MulticastDnsError } from './multicast-dns-error.js';
export { findContainerBridges } from './own-bridges.js';
export { type ResolutionErrorCode, ResolutionError } from './resolution-error.js';
export {
  type Resolution,
  type ResolveOptions,
  type Resolver,
  type ResolverOptions,
  createResolver,
} from './resolver.js';
