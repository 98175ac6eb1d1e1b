import type { CpuCounters } from '../sample.js';

/**
 * The `cpu` lines of /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal, and then guest
 * times, which user and nice already hold. Busy is all but idle and iowait; stolen time is busy, as nobody can
 * have it.
 */
export function parseProcStat(text: string): { counters?: CpuCounters; count?: number } {
  const all = /^cpu +(\d[\d ]*)$/m.exec(text)?.[1];
  const count = text.match(/^cpu\d+ /gm)?.length;
  const counters = all === undefined ? undefined : countersOf(all.trim().split(/ +/).map(Number));
  return { ...(counters === undefined ? {} : { counters }), ...(count === undefined ? {} : { count }) };
}

function countersOf(ticks: number[]): CpuCounters | undefined {
  const [, , , idle, iowait = 0] = ticks;
  if (idle === undefined) return undefined;
  const total = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0);
  return { busy: total - idle - iowait, total };
}
