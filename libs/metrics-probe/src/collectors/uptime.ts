import { uptime as systemUptime } from 'node:os';
import { parseBootTime, parseSysctl } from '../formats/sysctl.js';
import { complaintOf, textOf, type Collector, type Reading } from './collector.js';

/** Seconds since the node started. */
export const uptime: Collector = {
  name: 'uptime',
  fromShell(sections) {
    if (!sections.has('sysctl')) return fromProc(textOf(sections, 'uptime'));
    const now = Number(textOf(sections, 'date').trim());
    const boot = parseBootTime(parseSysctl(textOf(sections, 'sysctl')).get('kern.boottime') ?? '');
    if (boot === undefined || !(now >= boot)) throw new Error('sysctl gave no kern.boottime before now');
    return { figures: { uptime_seconds: Math.round((now - boot) * 100) / 100 } };
  },
  async fromMachine(machine) {
    if (machine.platform === 'linux') return fromProc(await machine.readProc('uptime'));
    return { figures: { uptime_seconds: systemUptime() } };
  },
};

function fromProc(text: string): Reading {
  const seconds = /^\d+(?:\.\d+)?(?=\s)/.exec(text)?.[0];
  if (seconds === undefined) throw new Error(complaintOf('/proc/uptime', text));
  return { figures: { uptime_seconds: Number(seconds) } };
}
