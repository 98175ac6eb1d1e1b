import { lookup as systemLookup } from 'node:dns/promises';
import type { NetworkInterfaceInfo } from 'node:os';
import { type Address, parseAddress } from './address.js';
import { containerBridges } from './container-bridges.js';
import { createExpiringCache } from './expiring-cache.js';
import { type Finding, type RefusedAddress, type Source, lookUp } from './look-up.js';
import { queryMulticastDns } from './multicast-dns.js';
import { findContainerBridges } from './own-bridges.js';
import { unresolved } from './resolution-error.js';
import { type SharedCall, createSharedCall } from './shared-call.js';

export interface Resolution {
  host: string;
  /** At least one, in the order of the source; `connectFirst` takes them as they are. */
  addresses: readonly Address[];
  source: 'literal' | 'cache' | 'dns' | 'mdns' | 'fallback';
  /** What the name resolved to and a remote node cannot have. */
  refused: readonly RefusedAddress[];
}

export interface ResolveOptions {
  /** An address that the user wrote for this host: taken as written where the name gives none that can be used. */
  fallback?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface Resolver {
  /** Rejects with a `ResolutionError`, or with the signal's reason when that aborts. */
  resolve(host: string, options?: ResolveOptions): Promise<Resolution>;
  /** Drops what is remembered about `host`: the next call looks it up anew. */
  forget(host: string): void;
}

export interface ResolverOptions {
  /** How long an answer is remembered; 0 for not at all. */
  cacheTtlMs: number;
  /** How long a failed look-up is remembered. Default: 2,000. */
  failureTtlMs?: number | undefined;
  /** How long one look-up may take in all. Default: 10,000, for the second of two name servers answers after 5,000. */
  lookupTimeoutMs?: number | undefined;
  /** Default: the system resolver, in its own order (hosts file, nsswitch, DNS). */
  lookup?: ((host: string) => Promise<Address[]>) | undefined;
  /** Asked for names that end in `.local`. Default: `queryMulticastDns`. */
  mdns?: ((host: string, signal?: AbortSignal) => Promise<Address[]>) | undefined;
  /** This machine's interfaces, to know its container bridges. Default: what `findContainerBridges` finds. */
  interfaces?: (() => NodeJS.Dict<NetworkInterfaceInfo[]>) | undefined;
  /** Milliseconds. Default: `Date.now`, which goes on while a laptop sleeps. */
  now?: (() => number) | undefined;
}

/**
 * Host names to addresses of remote nodes: an address is taken as written; then the cache, the system resolver and,
 * for `.local` names beside it, multicast DNS; then the caller's fallback. Callers that ask for one host at once share a look-up.
 */
export function createResolver(options: ResolverOptions): Resolver {
  const { cacheTtlMs, failureTtlMs = 2_000, lookupTimeoutMs = 10_000, now = Date.now } = options;
  const { interfaces, lookup = lookUpInSystem } = options;
  const findBridges = async () =>
    interfaces === undefined ? findContainerBridges() : containerBridges(interfaces());
  const mdns = options.mdns ?? ((host, signal) => queryMulticastDns(host, { signal }));
  const dnsSource: Source = { name: 'dns', ask: (host) => lookup(host) };
  const mdnsSource: Source = { name: 'mdns', ask: mdns };
  const cache = createExpiringCache<Finding>(now);
  const underWay = new Map<string, SharedCall<Finding>>();

  const timesForgotten = new Map<string, number>();

  const startLookUp = (host: string, key: string): SharedCall<Finding> => {
    const epoch = timesForgotten.get(key);
    const remember = (finding: Finding, lifetimeMs: number) => {
      if (timesForgotten.get(key) === epoch) cache.set(key, finding, lifetimeMs);
    };
    const end = () => {
      if (underWay.get(key) === call) underWay.delete(key);
    };
    const work = async (signal: AbortSignal) => {
      const finding = await lookUp(
        host,
        {
          sources: isLocalName(host) ? [dnsSource, mdnsSource] : [dnsSource],
          findBridges,
          timeoutMs: lookupTimeoutMs,
          onUsable: (usable) => remember(usable, cacheTtlMs),
        },
        signal,
      );
      if (finding.kind === 'failed' && !signal.aborted) remember(finding, failureTtlMs);
      return finding;
    };
    const call = createSharedCall(work, end);
    underWay.set(key, call);
    return call;
  };

  return {
    async resolve(host, { fallback, signal } = {}) {
      signal?.throwIfAborted();
      const literal = parseAddress(host);
      if (literal !== undefined) return { host, addresses: [literal], source: 'literal', refused: [] };
      const key = host.toLowerCase();
      const cached = cache.get(key);
      const finding = cached ?? (await (underWay.get(key) ?? startLookUp(host, key)).join(signal));
      const { refused } = finding;
      if (finding.kind === 'usable') {
        const source = cached === undefined ? finding.source : 'cache';
        return { host, addresses: finding.addresses, source, refused };
      }
      const written = fallback === undefined ? undefined : parseAddress(fallback);
      if (written !== undefined) return { host, addresses: [written], source: 'fallback', refused };
      throw unresolved(host, finding, fallback);
    },
    forget(host) {
      const key = host.toLowerCase();
      timesForgotten.set(key, (timesForgotten.get(key) ?? 0) + 1);
      cache.delete(key);
      underWay.delete(key);
    },
  };
}

/** The names that RFC 6762 §3 gives to multicast DNS. */
function isLocalName(host: string): boolean {
  return /\.local\.?$/i.test(host);
}

async function lookUpInSystem(host: string): Promise<Address[]> {
  // Node passes an empty name on to the system, which may answer with this machine.
  if (host === '') throw new Error('the host name is empty');
  const found = await systemLookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
