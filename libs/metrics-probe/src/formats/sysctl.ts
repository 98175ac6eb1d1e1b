const units: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** `sysctl NAME …` on macOS: a line `name: value` each. Unknown names are left out by sysctl itself. */
export function parseSysctl(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) values.set(line.slice(0, colon), line.slice(colon + 2).trim());
  }
  return values;
}

/** `vm.swapusage`: `total = 2048.00M  used = 1021.25M  free = 1026.75M  (encrypted)`. */
export function parseSwapUsage(value: string): { totalBytes: number; usedBytes: number } | undefined {
  const totalBytes = sizeAfter('total', value);
  const usedBytes = sizeAfter('used', value);
  return totalBytes === undefined || usedBytes === undefined ? undefined : { totalBytes, usedBytes };
}

function sizeAfter(key: string, value: string): number | undefined {
  const match = new RegExp(`\\b${key} = (\\d+(?:\\.\\d+)?)([BKMGT]?)(?=\\s|$)`).exec(value);
  const unit = units[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

/** `kern.boottime`: `{ sec = 1789196391, usec = 979990 } Fri Sep 11 23:59:51 2026`, in seconds since 1970. */
export function parseBootTime(value: string): number | undefined {
  const match = /\bsec = (\d+), usec = (\d+)/.exec(value);
  return match === null ? undefined : Number(match[1]) + Number(match[2]) / 1_000_000;
}
