import { isIP } from 'node:net';

/**
 * One spelling for each IP address, so that two can be compared: IPv6 compressed and without its zone, IPv4
 * mapped into IPv6 as IPv4. Undefined for what is no address.
 */
export function canonicalAddress(text: string): string | undefined {
  const [address = ''] = text.split('%');
  const version = isIP(address);
  if (version === 4) return address;
  if (version !== 6) return undefined;
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(compressed);
  if (mapped === null) return compressed;
  const [high, low] = [mapped[1] ?? '', mapped[2] ?? ''].map((part) => Number.parseInt(part, 16));
  return [high, low].flatMap((part = 0) => [part >> 8, part & 255]).join('.');
}

/** Whether an address in canonical spelling says which machine it belongs to: loopback and link-local do not. */
export function identifiesMachine(address: string): boolean {
  if (/^(127|0)\.|^169\.254\./.test(address)) return false;
  return address !== '::' && address !== '::1' && !/^fe[89ab][0-9a-f]:/.test(address);
}
