import { parseSyntax, type ParsedScript } from './syntax.js';

/** The longest command line that is looked at, in bytes of UTF-8. */
export const maxCommandBytes = 100_000;

export interface ParseProblem {
  readonly code: 'empty' | 'too-long' | 'control-character' | 'syntax';
  readonly message: string;
}

/** A command line after parsing. `script` is opaque: hand the value on to `judge` and `classify`. */
export type ParsedCommand =
  | { readonly text: string; readonly ok: true; readonly script: ParsedScript }
  | { readonly text: string; readonly ok: false; readonly error: ParseProblem };

// Bash drops NUL and prints the others; a person reading the line sees neither. Tab and newline are ordinary.
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f]/u;

/** Parses a command line. Never throws and never runs anything; what was not understood has `ok: false`. */
export function parseCommand(text: string): ParsedCommand {
  const refuse = (code: ParseProblem['code'], message: string): ParsedCommand => ({
    text,
    ok: false,
    error: { code, message },
  });
  if (text.length > maxCommandBytes || new TextEncoder().encode(text).length > maxCommandBytes) {
    return refuse(
      'too-long',
      `The command is longer than ${maxCommandBytes} bytes; put it in a script file.`,
    );
  }
  if (text.trim() === '') return refuse('empty', 'The command is empty; give one to run.');
  const control = controlCharacter.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(2, '0');
    return refuse(
      'control-character',
      `The command has the control character 0x${code} at offset ${control.index}; take it out.`,
    );
  }
  const syntax = parseSyntax(text);
  if (syntax.script === undefined) {
    return refuse('syntax', `The command is no valid bash (${syntax.problem}); correct it.`);
  }
  return { text, ok: true, script: syntax.script };
}
