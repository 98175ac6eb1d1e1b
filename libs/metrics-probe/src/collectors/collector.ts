import type { Machine } from '../machine/machine.js';
import type { CpuCounters, Figures } from '../sample.js';
import type { Section, Sections } from '../shell/marks.js';

/** What one collector found. With `missing`, some figure could not be had, and it says which and why. */
export interface Reading {
  readonly figures: Partial<Figures>;
  readonly cpuCounters?: readonly CpuCounters[];
  readonly missing?: string | undefined;
}

/** One kind of figure, and both ways to it. Whatever a collector throws becomes its report's `error`. */
export interface Collector {
  readonly name: string;
  /** From what the shell script printed on the node. */
  fromShell(sections: Sections): Reading;
  /** From the machine that this process runs on. */
  fromMachine(machine: Machine): Promise<Reading>;
}

/** The text of a section; throws where the node printed none. */
export function textOf(sections: Sections, name: string): string {
  return sectionOf(sections, name).text;
}

/** A section of a program that ran with a time limit; throws where it ran into the limit. */
export function limitedTextOf(sections: Sections, name: string): string {
  const section = sectionOf(sections, name);
  // 137 is 128 + SIGKILL, which `timeout` sent.
  if (section.status === undefined || section.status === 137) {
    throw new Error(`${name} did not answer within its time limit on the node`);
  }
  return section.text;
}

function sectionOf(sections: Sections, name: string): Section {
  const section = sections.get(name);
  if (section === undefined) throw new Error(`the node printed no section "${name}"`);
  return section;
}

/** The whole of a complaint that a program printed instead of figures, on one line. */
export function complaintOf(program: string, text: string): string {
  const said = text.replace(/\s+/g, ' ').trim().slice(0, 200);
  return said === '' ? `${program} printed nothing` : `${program} said: ${said}`;
}
