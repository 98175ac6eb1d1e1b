import { parseMeminfo } from '../formats/meminfo.js';
import { parseSwapUsage, parseSysctl } from '../formats/sysctl.js';
import { percentOf } from '../sample.js';
import { textOf, type Collector, type Reading } from './collector.js';

/** Swap space. A node without any has a total of 0 and no percentage. */
export const swap: Collector = {
  name: 'swap',
  fromShell(sections) {
    if (!sections.has('sysctl')) return fromMeminfo(textOf(sections, 'proc'));
    const usage = parseSwapUsage(parseSysctl(textOf(sections, 'sysctl')).get('vm.swapusage') ?? '');
    return readingOf(usage?.totalBytes, usage?.usedBytes, 'sysctl vm.swapusage');
  },
  async fromMachine(machine) {
    if (machine.platform === 'linux') return fromMeminfo(await machine.readProc('meminfo'));
    const { swaptotal, swapused } = await machine.systemMemory();
    return readingOf(swaptotal, swapused, 'systeminformation');
  },
};

function fromMeminfo(text: string): Reading {
  const { swapTotalBytes: total, swapFreeBytes: free } = parseMeminfo(text);
  const used = total === undefined || free === undefined ? undefined : total - free;
  return readingOf(total, used, '/proc/meminfo');
}

function readingOf(total: number | undefined, used: number | undefined, source: string): Reading {
  if (total === undefined || used === undefined || !(used >= 0 && total >= used)) {
    throw new Error(`${source} does not say how much swap there is and is used`);
  }
  const percent = total === 0 ? {} : { percent: percentOf(used, total) };
  return { figures: { swap: { total_bytes: total, used_bytes: used, ...percent } } };
}
