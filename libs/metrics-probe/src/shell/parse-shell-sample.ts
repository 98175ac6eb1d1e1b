import type { Collector, Reading } from '../collectors/collector.js';
import { collectors } from '../collectors/list.js';
import { excerpt, ProbeError } from '../probe-error.js';
import { sampleOf } from '../readings.js';
import type { RawSample } from '../sample.js';
import { readSections, type Sections } from './marks.js';

/**
 * Reads what a shell snapshot script printed. Output that ends early gives the figures that came whole; the
 * other collectors say what is missing. Durations are absent: to measure them would cost a process each.
 *
 * @throws ProbeError `sample-invalid` for text without the script's marks
 */
export function parseShellSample(text: string): RawSample {
  const sections = readSections(text);
  if (sections === undefined) {
    const start = excerpt(text);
    throw new ProbeError(
      'sample-invalid',
      start === ''
        ? 'The node printed nothing in answer to the snapshot script; check that its user has a working sh.'
        : `The node did not run the snapshot script; it answered "${start}". Check that its user may log in and run sh there.`,
    );
  }
  return sampleOf(collectors.map((collector) => ({ name: collector.name, ...read(collector, sections) })));
}

function read(collector: Collector, sections: Sections): { reading: Reading } | { error: unknown } {
  try {
    return { reading: collector.fromShell(sections) };
  } catch (error) {
    return { error };
  }
}
