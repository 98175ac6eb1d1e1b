import { TransportError } from '../errors.js';
import { isVariableName } from '../quote.js';
import type { RunRequest } from './exit.js';

type Checked = Pick<RunRequest, 'command' | 'cwd' | 'env' | 'stdin' | 'timeoutMs'>;

/** Throws `request-invalid` for what no shell can be given: it would arrive as something else. */
export function checkRequest({ command, cwd = '', env = {}, stdin, timeoutMs }: Checked): void {
  const unfit = Object.keys(env).find((name) => !isVariableName(name));
  if (unfit !== undefined)
    throw invalid(
      `${JSON.stringify(unfit)} is not a name that a shell variable can have.`,
      'A name has letters of ASCII, digits and _, and does not begin with a digit.',
    );
  checkText('command', command);
  checkText('cwd', cwd);
  for (const [name, value] of Object.entries(env)) checkText(`env ${name}`, value);
  if (stdin !== undefined && !isInput(stdin))
    throw invalid(
      `The stdin is ${nameOf(stdin)}.`,
      'Give a string, a Uint8Array, a Readable, or another async iterable of those two.',
    );
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw invalid(`The timeoutMs is ${timeoutMs}.`, 'Give more than 0, or leave it out for no limit.');
}

/** The types say so already; not everybody has them checked. */
function checkText(what: string, text: unknown): void {
  if (typeof text !== 'string')
    throw invalid(`The ${what} is ${nameOf(text)}.`, 'Give a string, or leave out what is not to be set.');
  const position = text.indexOf('\0');
  if (position !== -1)
    throw invalid(
      `The ${what} has a NUL character at ${position}.`,
      'No shell can hold one: pass such bytes by standard input.',
    );
}

function isInput(stdin: unknown): boolean {
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) return true;
  return typeof stdin === 'object' && stdin !== null && Symbol.asyncIterator in stdin;
}

function nameOf(value: unknown): string {
  return value === null || value === undefined ? String(value) : `of the type ${typeof value}`;
}

function invalid(message: string, hint: string): TransportError {
  return new TransportError('request-invalid', message, { hint });
}
