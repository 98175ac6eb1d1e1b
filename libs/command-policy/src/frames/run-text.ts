import { mark } from '../words/marks.js';
import type { Span } from './call.js';
import type { Machine } from './machine.js';
import { inSameShell, type Shell } from './shell.js';

/** Text that becomes a script. Marks are words in it: one in command position tells where the command came from. */
export function runText(
  machine: Machine,
  text: string,
  shell: Shell,
  span: Span,
  input: string | undefined,
): string {
  if (text.trim() === '' || !machine.step(shell, 1 + text.length / 20)) return '';
  const script = machine.parse(text);
  if (script === undefined) {
    // Bash would stop at the error, having run what came before it.
    machine.notice('run-unknown', 'the nested text is no valid shell', span, shell);
    return mark.unknown;
  }
  return inSameShell(shell, { span, frames: shell.frames }, (inner) =>
    machine.walk(script.commands, inner, input),
  );
}

/** The text of a file that is run: what is not known of it is as if the file were run by its name. */
export const asScript = (text: string): string => text.replaceAll(/[\u0011\u0012\u0013]/gu, ' ');
