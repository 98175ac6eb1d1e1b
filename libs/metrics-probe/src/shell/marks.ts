/** What every mark begins with. Nothing that the script runs prints it. */
export const markPrefix = '#cluster-probe:1 ';

export interface Section {
  readonly text: string;
  /** The exit status of a program that ran with a time limit; absent if it did not end in time. */
  readonly status?: number;
}

export type Sections = ReadonlyMap<string, Section>;

/**
 * Cuts what the script printed into its sections. What stands before the first mark (a login banner) is left
 * out, and so is the last section if the output ends in its middle: half a number looks like a number.
 * Without a `begin` mark the answer is undefined.
 */
export function readSections(text: string): Sections | undefined {
  const parts = text.split(markPrefix).slice(1);
  const sections = new Map<string, { text: string; status?: number }>();
  let current: string | undefined;
  let begun = false;
  for (const [index, part] of parts.entries()) {
    const newline = part.indexOf('\n');
    const isLast = index === parts.length - 1;
    const mark = (newline === -1 ? part : part.slice(0, newline)).trim();
    if (mark === 'begin') begun = true;
    else if (mark.startsWith('status ')) {
      const status = Number.parseInt(mark.slice('status '.length), 10);
      const section = current === undefined ? undefined : sections.get(current);
      if (section !== undefined && newline !== -1) section.status = status;
    } else if (mark !== 'end' && !isLast) {
      current = mark;
      sections.set(mark, { text: newline === -1 ? '' : part.slice(newline + 1) });
    }
  }
  return begun ? sections : undefined;
}
