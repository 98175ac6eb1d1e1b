import { arch, hostname, release } from 'node:os';
import { archOf, osOf, parseUname } from '../formats/uname.js';
import type { Snapshot } from '../snapshot.js';
import { complaintOf, textOf, type Collector, type Reading } from './collector.js';

/** Host name, operating system, architecture, kernel. */
export const host: Collector = {
  name: 'host',
  fromShell(sections) {
    const text = textOf(sections, 'uname');
    const parsed = parseUname(text);
    if (parsed === undefined) throw new Error(complaintOf('uname', text));
    const { system, machine, ...figures } = parsed;
    return readingOf(figures, system, machine);
  },
  fromMachine(machine) {
    const figures = {
      hostname: hostname(),
      kernel: release(),
      ...osOf(machine.platform),
      ...archOf(arch()),
    };
    return Promise.resolve(readingOf(figures, machine.platform, arch()));
  },
};

function readingOf(
  figures: Pick<Snapshot, 'hostname' | 'os' | 'arch' | 'kernel'>,
  system: string,
  machine: string,
): Reading {
  const unknown = [
    ...(figures.os === undefined ? [`operating system ${system}`] : []),
    ...(figures.arch === undefined ? [`architecture ${machine}`] : []),
  ];
  return { figures, missing: unknown.length === 0 ? undefined : `unknown ${unknown.join(' and ')}` };
}
