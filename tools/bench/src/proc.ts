import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process's resident memory in MB, now or at its highest, as Linux says. */
export function memoryMegabytes(pid: number, which: 'now' | 'highest' = 'now'): number {
  const key = which === 'now' ? 'VmRSS' : 'VmHWM';
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(String.raw`^${key}:\s+(\d+) kB$`, 'm').exec(text)?.[1];
  if (kilobytes === undefined) throw new Error(`There is no memory figure for process ${pid}.`);
  return (Number(kilobytes) * 1_024) / 1_000_000;
}

/** How many sockets a process has open. */
export function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => targetOf(`${folder}/${name}`).startsWith('socket:')).length;
}

/** Connections that a server on this port of the loopback interface has, and has not closed. */
export function serverConnections(port: number): number {
  const established = '01';
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) => address === local && state === established).length;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''; // closed since the folder was read
    throw error;
  }
}
