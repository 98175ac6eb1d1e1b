/** The operating systems a node may run. */
export type Os = 'linux' | 'macos';
/** The architectures a node may have. */
export type Arch = 'x86_64' | 'arm64';

const operatingSystems: ReadonlyMap<string, Os> = new Map([
  ['linux', 'linux'],
  ['macos', 'macos'],
  ['darwin', 'macos'],
]);

const architectures: ReadonlyMap<string, Arch> = new Map([
  ['x86_64', 'x86_64'],
  ['amd64', 'x86_64'],
  ['x64', 'x86_64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
]);

/** `linux` or `macos` for what a person, `uname -s` or Node.js calls it; undefined for anything else. */
export function normalizeOs(text: string): Os | undefined {
  return operatingSystems.get(text.trim().toLowerCase());
}

/** `x86_64` or `arm64` for what a person, `uname -m` or Node.js calls it; undefined for anything else. */
export function normalizeArch(text: string): Arch | undefined {
  return architectures.get(text.trim().toLowerCase());
}
