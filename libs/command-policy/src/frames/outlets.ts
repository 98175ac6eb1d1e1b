import type { Machine } from './machine.js';
import { forkShell, inFrame, type Shell } from './shell.js';

/** `> >(cmd)`, `tee >(cmd)`: what was written there is what those commands read. */
export function feedOutlet(machine: Machine, path: string, text: string, shell: Shell): void {
  const script = shell.outlets.get(path);
  if (script !== undefined) machine.walk(script.commands, inFrame(forkShell(shell), '>(…)'), text);
}
