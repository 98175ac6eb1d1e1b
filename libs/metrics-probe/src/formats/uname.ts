import type { Snapshot } from '../snapshot.js';

type Host = Pick<Snapshot, 'hostname' | 'os' | 'arch' | 'kernel'>;

/** `uname -snrm`: system, node name, release, machine; none of them holds a blank. */
export function parseUname(text: string): (Host & { system: string; machine: string }) | undefined {
  const [system, hostname, kernel, machine] = text.trim().split(/\s+/);
  if (system === undefined || hostname === undefined || kernel === undefined || machine === undefined) {
    return undefined;
  }
  return { system, machine, hostname, kernel, ...osOf(system), ...archOf(machine) };
}

/** `Linux` and `Darwin`, or Node's names for them; nothing for another system. */
export function osOf(system: string): Pick<Host, 'os'> {
  const name = system.toLowerCase();
  if (name === 'linux') return { os: 'linux' };
  return name === 'darwin' ? { os: 'macos' } : {};
}

/** The machine as uname or Node names it; nothing for one that the snapshot has no word for. */
export function archOf(machine: string): Pick<Host, 'arch'> {
  if (/^(x86_64|amd64|x64)$/.test(machine)) return { arch: 'x86_64' };
  return /^(aarch64|arm64)$/.test(machine) ? { arch: 'arm64' } : {};
}
