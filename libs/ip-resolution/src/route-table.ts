/** One route of Linux's IPv4 table. */
export interface Route {
  interface: string;
  /** `0.0.0.0/0` is the default route. */
  subnet: string;
  /** Undefined for a network that the interface is on itself. */
  gateway: string | undefined;
  metric: number;
}

/** The routes in the text of Linux's `/proc/net/route` that are up, in its order; lines that are none are passed over. */
export function parseRoutes(text: string): Route[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', destination = '', gateway = '', flags = '', , , metric, mask = ''] = line.split('\t');
    const words = [destination, gateway, mask].map((field) => field.trim());
    if (!words.every((word) => /^[0-9A-F]{8}$/i.test(word))) return [];
    if ((Number.parseInt(flags, 16) & routeUp) === 0) return [];
    const [network = '', via, bits = ''] = words.map(fromHostOrder);
    return [
      {
        interface: name.trim(),
        subnet: `${network}/${prefixLength(bits)}`,
        gateway: via === '0.0.0.0' ? undefined : via,
        metric: Number(metric),
      },
    ];
  });
}

/** The gateway of the default route: of several, the one with the lowest metric. */
export function defaultGateway(routes: readonly Route[]): string | undefined {
  return routes
    .filter((route) => route.subnet === '0.0.0.0/0' && route.gateway !== undefined)
    .sort((one, other) => one.metric - other.metric)[0]?.gateway;
}

/** RTF_UP of linux/route.h. */
const routeUp = 0x0001;

/** The kernel prints an address as an integer of this machine: least significant byte first on all that Node's Linux builds run on but s390x. */
function fromHostOrder(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  return bytes.reverse().join('.');
}

function prefixLength(mask: string): number {
  const bits = mask.split('.').map((byte) => Number(byte).toString(2));
  return bits.join('').replaceAll('0', '').length;
}
