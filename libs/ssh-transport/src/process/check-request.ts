import { TransportError } from '../errors.js';
import { isVariableName } from '../quote.js';
import type { RunRequest } from './exit.js';

/** Throws `request-invalid` for what no shell can be given: it would arrive as something else. */
export function checkRequest({
  command,
  cwd = '',
  env = {},
}: Pick<RunRequest, 'command' | 'cwd' | 'env'>): void {
  const texts = {
    command,
    cwd,
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [`env ${name}`, value])),
  };
  for (const [what, text] of Object.entries(texts))
    if (text.includes('\0'))
      throw new TransportError(
        'request-invalid',
        `The ${what} has a NUL character at ${text.indexOf('\0')}.`,
        {
          hint: 'No shell can hold one: pass such bytes by standard input.',
        },
      );
  const unfit = Object.keys(env).find((name) => !isVariableName(name));
  if (unfit !== undefined)
    throw new TransportError(
      'request-invalid',
      `${JSON.stringify(unfit)} is not a name that a shell variable can have.`,
      {
        hint: 'A name has letters of ASCII, digits and _, and does not begin with a digit.',
      },
    );
}
