export interface Meminfo {
  memTotalBytes?: number;
  memAvailableBytes?: number;
  swapTotalBytes?: number;
  swapFreeBytes?: number;
}

/** /proc/meminfo (proc(5)); its "kB" are units of 1024 bytes. `MemAvailable` came with Linux 3.14. */
export function parseMeminfo(text: string): Meminfo {
  const bytesOf = (key: string) => {
    const value = new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value) * 1024;
  };
  const memTotalBytes = bytesOf('MemTotal');
  const memAvailableBytes = bytesOf('MemAvailable');
  const swapTotalBytes = bytesOf('SwapTotal');
  const swapFreeBytes = bytesOf('SwapFree');
  return {
    ...(memTotalBytes === undefined ? {} : { memTotalBytes }),
    ...(memAvailableBytes === undefined ? {} : { memAvailableBytes }),
    ...(swapTotalBytes === undefined ? {} : { swapTotalBytes }),
    ...(swapFreeBytes === undefined ? {} : { swapFreeBytes }),
  };
}
