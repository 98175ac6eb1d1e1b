/**
 * The gateway of the default route in the text of Linux's `/proc/net/route`: of several, the one with the lowest
 * metric. Undefined where there is none.
 */
export function parseDefaultGateway(text: string): string | undefined {
  const [, ...rows] = text.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .map(([, destination, gateway = '', flags = '', , , metric, mask]) => ({
      isDefault: destination === '00000000' && mask === '00000000',
      isUp: (Number.parseInt(flags, 16) & routeUp) !== 0,
      gateway,
      metric: Number(metric),
    }))
    .filter((route) => route.isDefault && route.isUp && /^(?!0{8})[0-9A-F]{8}$/i.test(route.gateway))
    .sort((one, other) => one.metric - other.metric)
    .map((route) => fromHostOrder(route.gateway))[0];
}

/** RTF_UP of linux/route.h. */
const routeUp = 0x0001;

/** The kernel prints addresses as integers of this machine, least significant byte first on all that Node runs Linux on but s390x. */
function fromHostOrder(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  return bytes.reverse().join('.');
}
