import { cpus } from 'node:os';
import { parseProcStat } from '../formats/proc-stat.js';
import { parseSysctl } from '../formats/sysctl.js';
import { parseTopBusyPercent } from '../formats/top.js';
import type { Machine } from '../machine/machine.js';
import type { CpuCounters } from '../sample.js';
import type { Sections } from '../shell/marks.js';
import { limitedTextOf, textOf, type Collector, type Reading } from './collector.js';

/** How many CPUs, and their counters, from which `snapshotFrom` takes the difference. */
export const cpu: Collector = {
  name: 'cpu',
  fromShell: (sections) => (sections.has('top') ? fromTop(sections) : fromStat(sections)),
  async fromMachine(machine) {
    const first = await look(machine);
    if (machine.cpuWindowMs === 0) return readingOf([first]);
    await machine.sleep(machine.cpuWindowMs);
    return readingOf([first, await look(machine)]);
  },
};

interface Look {
  readonly counters?: CpuCounters;
  readonly count?: number;
}

function fromStat(sections: Sections): Reading {
  const looks = [parseProcStat(textOf(sections, 'proc'))];
  const settle = sections.get('settle');
  const later = sections.get('later');
  if (settle !== undefined && later !== undefined) {
    // The first reading came before the script's own work; the difference is taken over its idle time alone.
    const pair = [parseProcStat(settle.text), parseProcStat(later.text)];
    if (pair.every((each) => each.counters !== undefined)) return readingOf(pair, looks[0]?.count);
  }
  return readingOf(looks);
}

function fromTop(sections: Sections): Reading {
  const count = Number(parseSysctl(textOf(sections, 'sysctl')).get('hw.ncpu'));
  const countFigure = Number.isInteger(count) && count > 0 ? { count } : {};
  const percent = topPercent(sections);
  if (typeof percent === 'string') return { figures: { cpu: countFigure }, missing: percent };
  const missing = 'count' in countFigure ? undefined : 'sysctl gave no hw.ncpu';
  return { figures: { cpu: { ...countFigure, percent } }, missing };
}

function topPercent(sections: Sections): number | string {
  try {
    const percent = parseTopBusyPercent(limitedTextOf(sections, 'top'));
    return percent ?? 'top printed no second sample of the CPU usage';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function look(machine: Machine): Promise<Look> {
  if (machine.platform === 'linux') return parseProcStat(await machine.readProc('stat'));
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { count: cpus().length, counters: { busy, total: busy + idle } };
}

function readingOf(looks: readonly Look[], count = looks[0]?.count): Reading {
  const cpuCounters = looks.flatMap(({ counters }) => (counters === undefined ? [] : [counters]));
  const missing = [
    ...(count === undefined || count === 0 ? ['the number of CPUs'] : []),
    ...(cpuCounters.length === 0 ? ['the CPU counters'] : []),
  ];
  return {
    figures: { cpu: count === undefined || count === 0 ? {} : { count } },
    cpuCounters,
    missing: missing.length === 0 ? undefined : `/proc/stat does not show ${missing.join(' and ')}`,
  };
}
