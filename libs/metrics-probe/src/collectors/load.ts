import { loadavg } from 'node:os';
import { parseLoadAverages } from '../formats/load-average.js';
import { parseSysctl } from '../formats/sysctl.js';
import { complaintOf, textOf, type Collector, type Reading } from './collector.js';

/** Load averages over 1, 5 and 15 minutes. */
export const load: Collector = {
  name: 'load',
  fromShell(sections) {
    if (!sections.has('sysctl')) return readingOf('/proc/loadavg', textOf(sections, 'loadavg'));
    const value = parseSysctl(textOf(sections, 'sysctl')).get('vm.loadavg') ?? '';
    return readingOf('sysctl vm.loadavg', value);
  },
  async fromMachine(machine) {
    if (machine.platform === 'linux') return readingOf('/proc/loadavg', await machine.readProc('loadavg'));
    // Node answers three zeros where the system keeps no load averages.
    if (machine.platform === 'win32') throw new Error('Windows keeps no load averages');
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    return { figures: { load: { '1m': one, '5m': five, '15m': fifteen } } };
  },
};

function readingOf(source: string, text: string): Reading {
  const averages = parseLoadAverages(text);
  if (averages === undefined) throw new Error(complaintOf(source, text));
  return { figures: { load: averages } };
}
