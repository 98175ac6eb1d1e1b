/** What to tell somebody whose Node.js is too old; undefined where it will do. `node:sqlite` came with 22.13. */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return undefined;
  return `Node.js 22.13 or later is needed, and this is ${version}. Install a later one (nodejs.org), or start this with one by its path (node_modules/.bin/node in a clone).`;
}
