import { nameSet, readArguments, type Arguments } from '../frames/arguments.js';
import type { Arg, Call } from '../frames/call.js';
import { valuedOptions } from '../frames/global-options.js';
import { matchesGlob } from '../words/glob.js';
import { mark } from '../words/marks.js';

/**
 * `kubectl|oc delete ns|namespace --all !--dry-run`: the program, then operands in order (globs, `|` for
 * alternatives), options that must be given anywhere, `!x` for what must not be given, `+x` for an operand anywhere,
 * `@all` for an operand that stands for everything a listing listed, `@none` for no operand.
 */
export interface Pattern {
  readonly programs: readonly string[];
  readonly operands: readonly (readonly string[])[];
  readonly options: readonly (readonly string[])[];
  readonly absent: readonly (readonly string[])[];
  readonly anywhere: readonly (readonly string[])[];
}

export function readPattern(text: string): Pattern {
  const [programs = '', ...tokens] = text.split(' ');
  const pick = (test: (token: string) => boolean, from = 0): string[][] =>
    tokens.filter(test).map((token) => token.slice(from).split('|'));
  return {
    programs: programs.split('|'),
    operands: pick((token) => !/^[-!+]/u.test(token)),
    options: pick((token) => token.startsWith('-')),
    absent: pick((token) => token.startsWith('!'), 1),
    anywhere: pick((token) => token.startsWith('+')).map((choices) =>
      choices.map((one) => one.replace(/^\+/u, '')),
    ),
  };
}

/** The call's arguments read once, with the options of its program that take a value. */
export const readCall = (call: Call): Arguments => readArguments(call.args, nameSet(valuedOptions(call)));

export function matchesPattern(pattern: Pattern, found: Arguments): boolean {
  return (
    pattern.operands.every((choices, i) => matchesOperand(choices, found.operands[i])) &&
    pattern.options.every((choices) => hasAny(choices, found)) &&
    pattern.anywhere.every((choices) => found.operands.some((operand) => matchesOperand(choices, operand))) &&
    !pattern.absent.some(
      (choices) =>
        hasAny(choices, found) || found.operands.some((operand) => matchesOperand(choices, operand)),
    )
  );
}

function matchesOperand(choices: readonly string[], operand: Arg | undefined): boolean {
  if (operand === undefined) return choices.includes('@none');
  return choices.some((choice) =>
    choice === '@all' ? operand.text.includes(mark.star) : matchesGlob(choice, spelled(operand.text)),
  );
}

const spelled = (text: string): string => text.replaceAll(mark.home, '~');

/** GNU programs accept a long option cut short (`--recurs`). */
const hasAny = (choices: readonly string[], found: Arguments): boolean =>
  found.options.some(({ name, value }) =>
    choices.some((choice) => {
      const [wanted = '', wantedValue] = choice.split('=');
      const same =
        name === wanted ||
        (name.length > 4 &&
          wanted.startsWith(name) &&
          wanted.startsWith('--') &&
          !/^--(?:force|dry-run)$/u.test(name));
      return (
        same &&
        (wantedValue === undefined || (value !== undefined && matchesGlob(wantedValue, spelled(value.text))))
      );
    }),
  );
