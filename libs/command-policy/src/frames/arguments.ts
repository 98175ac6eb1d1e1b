import type { Arg } from './call.js';

export interface Option {
  readonly name: string;
  readonly value: Arg | undefined;
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly Arg[];
  /** What was left when `upTo` operands had been read. */
  readonly rest: readonly Arg[];
}

/**
 * Reads options as getopt does: clusters (`-rf`), attached values (`-n10`, `--a=b`), `--`. A single-dash word is
 * listed whole too, for programs with long options of one dash. `valued` names the options that take a value;
 * `eager` stops right after the last operand wanted, before options that belong to what follows.
 */
export function readArguments(
  args: readonly Arg[],
  valued: ReadonlySet<string>,
  upTo = Infinity,
  eager = false,
): Arguments {
  const options: Option[] = [];
  const operands: Arg[] = [];
  let i = 0;
  let ended = false;
  for (; i < args.length; i++) {
    const arg = args[i];
    if (arg === undefined || (eager && operands.length >= upTo)) break;
    const { text } = arg;
    if (ended || text === '-' || !text.startsWith('-')) {
      if (operands.length >= upTo) break;
      operands.push(arg);
    } else if (text === '--') {
      ended = true;
      options.push({ name: '--', value: undefined });
    } else if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      if (equals > 0)
        options.push({ name: text.slice(0, equals), value: { ...arg, text: text.slice(equals + 1) } });
      else options.push({ name: text, value: valued.has(text) ? args[++i] : undefined });
    } else if (valued.has(text)) {
      options.push({ name: text, value: args[++i] });
    } else if (readCluster(arg, valued, options)) {
      const last = options.pop();
      if (last !== undefined) options.push({ name: last.name, value: args[++i] });
    }
  }
  return { options, operands, rest: args.slice(i) };
}

/** True where the last letter still wants its value from the next word. */
function readCluster(arg: Arg, valued: ReadonlySet<string>, options: Option[]): boolean {
  const { text } = arg;
  const equals = text.indexOf('=');
  if (text.length > 2) {
    options.push({
      name: equals > 0 ? text.slice(0, equals) : text,
      value: equals > 0 ? { ...arg, text: text.slice(equals + 1) } : undefined,
    });
  }
  for (let i = 1; i < text.length; i++) {
    const name = `-${text[i]}`;
    if (!valued.has(name)) {
      options.push({ name, value: undefined });
      continue;
    }
    const value = text.slice(i + 1);
    options.push({ name, value: value === '' ? undefined : { ...arg, text: value } });
    return value === '';
  }
  return false;
}

const sets = new Map<string, ReadonlySet<string>>();

/** Names separated by spaces, as the tables write them. */
export function nameSet(names: string): ReadonlySet<string> {
  let found = sets.get(names);
  if (found === undefined) {
    found = new Set(names.split(' ').filter((name) => name !== ''));
    sets.set(names, found);
  }
  return found;
}

export const optionValue = (found: Arguments, ...names: readonly string[]): Arg | undefined =>
  found.options.find((option) => option.value !== undefined && names.includes(option.name))?.value;

export const hasOption = (found: Arguments, ...names: readonly string[]): boolean =>
  found.options.some((option) => names.includes(option.name));
