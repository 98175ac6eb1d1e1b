import { isIP } from 'node:net';

/** An IP address. `address` has a scope (`fe80::1%eth0`) only where the user wrote one. */
export interface Address {
  address: string;
  family: 4 | 6;
}

/** The address that `text` is, with or without the brackets of a URL; undefined where it is a name. */
export function parseAddress(text: string): Address | undefined {
  const address = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const family = isIP(address);
  return family === 4 || family === 6 ? { address, family } : undefined;
}

/** `fe80::1%eth0` → `fe80::1`. */
export function withoutScope(address: string): string {
  const percent = address.indexOf('%');
  return percent === -1 ? address : address.slice(0, percent);
}
