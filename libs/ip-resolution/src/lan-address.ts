import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { checkAddress } from './check-address.js';
import { defaultGateway, parseRoutes } from './route-table.js';

export interface LanAddressOptions {
  /** Default: the default route's, where the system tells (Linux). */
  gateway?: string | undefined;
  /** Default: 8.8.8.8. Nothing is sent to it. */
  dns?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * This machine's address on its network: the source address of the route to the gateway, else of that to the DNS
 * server, else of that to the rest of the IPv6 world. Undefined where the machine is on no network.
 * Rejects only with the signal's reason.
 */
export async function findLanAddress(options: LanAddressOptions = {}): Promise<string | undefined> {
  const { dns = '8.8.8.8', signal } = options;
  const gateway = options.gateway ?? (await readDefaultGateway(signal));
  // 2001:db8:: is an address of nobody (RFC 3849): whatever route it takes is the default one.
  for (const target of [gateway, dns, '2001:db8::']) {
    signal?.throwIfAborted();
    const source = target === undefined ? undefined : await sourceAddress(target);
    if (source !== undefined && checkAddress(source, { bridges: [] }).ok) return source;
  }
  return undefined;
}

async function readDefaultGateway(signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return defaultGateway(parseRoutes(await readFile('/proc/net/route', { encoding: 'utf8', signal })));
  } catch {
    // Only Linux has this file; elsewhere the route to the DNS server is the default one.
    signal?.throwIfAborted();
    return undefined;
  }
}

/** The address that this machine would use towards `target`. A UDP socket that connects sends nothing. */
async function sourceAddress(target: string): Promise<string | undefined> {
  const discardPort = 9;
  const socket = createSocket(isIPv6(target) ? 'udp6' : 'udp4');
  try {
    const connected = once(socket, 'connect');
    socket.connect(discardPort, target);
    await connected;
    return socket.address().address;
  } catch {
    // No route there: an answer, not a failure.
    return undefined;
  } finally {
    socket.close();
  }
}
