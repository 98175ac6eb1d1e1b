import { disksOf, parseDf, type DfRow } from '../formats/df.js';
import { parseMounts } from '../formats/mounts.js';
import type { Machine } from '../machine/machine.js';
import { complaintOf, limitedTextOf, type Collector, type Reading } from './collector.js';

/** Local file systems that hold files; network mounts are never touched, for a dead one hangs who asks. */
export const disks: Collector = {
  name: 'disks',
  fromShell: (sections) => fromDf(limitedTextOf(sections, 'df')),
  async fromMachine(machine) {
    if (machine.platform === 'linux') return fromMounts(machine);
    if (machine.platform !== 'darwin') return { figures: { disks: await machine.fileSystems() } };
    return fromDf(await machine.run('df', ['-P', '-l', '-k']));
  },
};

function fromDf(text: string): Reading {
  const rows = parseDf(text);
  if (rows.length === 0) throw new Error(complaintOf('df', text));
  return { figures: { disks: disksOf(rows) } };
}

async function fromMounts(machine: Machine): Promise<Reading> {
  const mounts = parseMounts(await machine.readProc('self/mounts'));
  const local = mounts.filter(({ source, mount, type }) => {
    return mount === '/' || type === 'zfs' || (source.startsWith('/dev/') && !type.startsWith('fuse.'));
  });
  const rows: DfRow[] = [];
  const failures: string[] = [];
  const looks = await Promise.allSettled(local.map(({ mount }) => machine.space(mount)));
  for (const [index, look] of looks.entries()) {
    const { source, mount, type } = local[index]!;
    if (look.status === 'rejected') failures.push(`${mount}: ${String(look.reason)}`);
    // A ZFS data set may be mounted anywhere, and its source looks like no device.
    else rows.push({ source: type === 'zfs' ? `/${source}` : source, mount, ...look.value });
  }
  return {
    figures: { disks: disksOf(rows) },
    missing: failures.length === 0 ? undefined : failures.join('; '),
  };
}
