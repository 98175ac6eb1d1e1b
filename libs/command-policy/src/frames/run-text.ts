import { isKnown, mark } from '../words/marks.js';
import type { Span } from './call.js';
import type { Machine } from './machine.js';
import { inFrame, type Shell } from './shell.js';

/** Text that becomes a script: what is known of it is followed, the rest noted by where it came from. */
export function runText(
  machine: Machine,
  text: string,
  shell: Shell,
  span: Span,
  input: string | undefined,
): string {
  if (text.includes(mark.download)) {
    machine.notice('run-download', 'what was downloaded is run', span, shell);
  } else if (text.includes(mark.installer)) {
    machine.notice('run-installer', 'an installer from the network is run', span, shell);
  }
  if (text.includes(mark.decoded)) machine.notice('run-opaque', 'what a decoder made is run', span, shell);
  const rest = text.replaceAll(/[\u000e-\u0012]/gu, ' ');
  if (rest.trim() === '') return mark.unknown;
  if (rest.trim() === mark.unknown) {
    machine.notice('run-unknown', 'the text of the script is not known before it runs', span, shell);
    return mark.unknown;
  }
  const script = machine.parse(rest);
  if (script === undefined) {
    // Bash would stop at the error, having run what came before it.
    machine.notice('run-unknown', 'the nested text is no valid shell', span, shell);
    return mark.unknown;
  }
  const output = machine.walk(script.commands, inFrame(shell, 'text', { span, frames: shell.frames }), input);
  return isKnown(output) ? output : output;
}
