import { parseMeminfo } from '../formats/meminfo.js';
import { parseSysctl } from '../formats/sysctl.js';
import { parseVmStatUsedBytes } from '../formats/vm-stat.js';
import { percentOf } from '../sample.js';
import { textOf, type Collector, type Reading } from './collector.js';

/** Physical memory: how much there is, and how much a new program could have without swapping. */
export const memory: Collector = {
  name: 'memory',
  fromShell(sections) {
    if (!sections.has('sysctl')) return fromMeminfo(textOf(sections, 'proc'));
    const size = parseSysctl(textOf(sections, 'sysctl')).get('hw.memsize');
    const total = size === undefined ? undefined : Number(size);
    const used = parseVmStatUsedBytes(textOf(sections, 'vm_stat'));
    return readingOf(total, total === undefined || used === undefined ? undefined : total - used, 'vm_stat');
  },
  async fromMachine(machine) {
    if (machine.platform === 'linux') return fromMeminfo(await machine.readProc('meminfo'));
    const { total, available } = await machine.systemMemory();
    return readingOf(total, available, 'systeminformation');
  },
};

function fromMeminfo(text: string): Reading {
  const { memTotalBytes, memAvailableBytes } = parseMeminfo(text);
  return readingOf(memTotalBytes, memAvailableBytes, '/proc/meminfo');
}

function readingOf(total: number | undefined, available: number | undefined, source: string): Reading {
  if (total === undefined || !(total > 0)) throw new Error(`${source} gave no size of the memory`);
  if (available === undefined || !(available >= 0 && available <= total)) {
    return {
      figures: { memory: { total_bytes: total } },
      missing: `${source} does not say how much memory is available`,
    };
  }
  const percent = percentOf(total - available, total);
  return { figures: { memory: { total_bytes: total, available_bytes: available, percent } } };
}
