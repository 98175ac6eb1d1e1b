import { unescapeEcho } from './escapes.js';
import type { ParameterExpansionPart, Word } from '../parse/syntax.js';
import { matchesGlob } from './glob.js';
import { isKnown, mark, spellPaths } from './marks.js';
import { textValue, type WordScope } from './scope.js';

/** What an expansion gives: one text, or a list of fields (`$@`, `${a[@]}`). */
export type Expansion = string | readonly string[];

type Evaluate = (word: Word) => string;

/** `$name`, `$1`, `$@`. */
export function expandName(name: string, scope: WordScope): Expansion {
  return read(name, scope) ?? mark.unknown;
}

/** `${name}` with its index and operation. */
export function expandParameter(
  part: ParameterExpansionPart,
  scope: WordScope,
  evaluate: Evaluate,
): Expansion {
  const index = part.index === undefined ? undefined : evaluate(part.index);
  if (part.prefix === '#') return mark.token;
  if (part.prefix === '!') return expandIndirect(part, scope);
  const value = index === undefined ? read(part.parameter, scope) : readItem(part.parameter, index, scope);
  const { operation } = part;
  if (operation === undefined) return value ?? mark.unknown;
  if (operation.type === 'Default') {
    return expandDefault(part.parameter, operation.operator, value, () => evaluate(operation.operand), scope);
  }
  if (typeof value !== 'string') return sliceFields(value, operation, evaluate);
  switch (operation.type) {
    case 'Remove':
      return remove(value, operation.operator, evaluate(operation.operand));
    case 'Replace':
      return replace(value, operation.operator, evaluate(operation.pattern), evaluate(operation.replacement));
    case 'Slice':
      return slice(value, evaluate(operation.offset), operation.length && evaluate(operation.length));
    case 'CaseModification':
      return changeCase(value, operation.operator);
    case 'Transform':
      return transform(value, evaluate(operation.operand), scope);
    case 'Names':
    case 'Unknown':
    default:
      return mark.unknown;
  }
}

function read(name: string, scope: WordScope): Expansion | undefined {
  if (name === '@' || name === '*') return scope.positional;
  if (/^[1-9]\d*$/u.test(name)) return scope.positional[Number(name) - 1];
  const value = scope.lookup(name);
  if (value === undefined) return undefined;
  return value.kind === 'array' ? (value.items[0] ?? '') : value.options[scope.choose(value.options.length)];
}

function readItem(name: string, index: string, scope: WordScope): Expansion | undefined {
  const value = scope.lookup(name);
  if (value?.kind !== 'array') return index === '0' || index === '@' ? read(name, scope) : undefined;
  if (index === '@' || index === '*' || index === mark.star) return value.items;
  return value.keyed?.get(index) ?? value.items.at(Number(index));
}

function expandIndirect(part: ParameterExpansionPart, scope: WordScope): Expansion {
  if (part.operation?.type === 'Names' || part.index !== undefined) return [mark.token];
  const name = read(part.parameter, scope);
  return typeof name === 'string' && isKnown(name) ? expandName(name, scope) : mark.unknown;
}

/** An unset variable takes the default: a name that this line does not set is most likely not set. */
function expandDefault(
  name: string,
  operator: string,
  value: Expansion | undefined,
  operand: () => string,
  scope: WordScope,
): Expansion {
  const empty = value === undefined || value.length === 0;
  const missing = operator.startsWith(':') ? empty : value === undefined;
  // The operand's substitutions run only where it is used, but a guess must not hide one.
  const other = operand();
  if (operator.endsWith('+')) {
    if (value === undefined) return scope.choose(2) === 0 ? other : '';
    return missing ? '' : other;
  }
  if (operator.endsWith('?')) return value === undefined || value.length === 0 ? mark.unknown : value;
  if (!missing) return value ?? '';
  if (operator.endsWith('=')) scope.assign(name, textValue(other));
  return other;
}

function sliceFields(
  value: readonly string[] | undefined,
  operation: NonNullable<ParameterExpansionPart['operation']>,
  evaluate: Evaluate,
): Expansion {
  if (value === undefined) return mark.unknown;
  if (operation.type !== 'Slice') return value.map(() => mark.unknown);
  const offset = Number(evaluate(operation.offset));
  const length = operation.length === undefined ? undefined : Number(evaluate(operation.length));
  if (Number.isNaN(offset) || Number.isNaN(length)) return [mark.unknown];
  const from = Math.max(0, offset - 1); // ${@:1} is the first
  return value.slice(from, length === undefined ? undefined : from + length);
}

/** Of a pattern with wildcards each place and each length is tried. */
const maxMatched = 100;

function remove(value: string, operator: string, pattern: string): string {
  const text = spellPaths(value);
  const ends = Array.from({ length: text.length }, (_, i) => i + 1);
  const cuts = [0, ...ends];
  if (text.length > 4_000 || (text.length > maxMatched && !isKnown(pattern))) return mark.unknown;
  const longest = operator.length === 2;
  const prefix = operator.startsWith('#');
  const ordered = longest === prefix ? cuts.toReversed() : cuts;
  for (const cut of ordered) {
    const piece = prefix ? text.slice(0, cut) : text.slice(cut);
    if (matchesGlob(pattern, piece)) return prefix ? text.slice(cut) : text.slice(0, cut);
  }
  return value;
}

function replace(value: string, operator: string, pattern: string, replacement: string): string {
  if (pattern === '') return value;
  if (value.length * (replacement.length + 1) > 100_000 || (value.length > maxMatched && !isKnown(pattern)))
    return mark.unknown;
  if (operator === '/#') {
    const end = matchEnd(value, 0, pattern);
    return end > 0 ? replacement + value.slice(end) : value;
  }
  if (operator === '/%') {
    const cut = Array.from(value).findIndex((_char, i) => matchesGlob(pattern, value.slice(i)));
    return cut < 0 ? value : value.slice(0, cut) + replacement;
  }
  let result = '';
  for (let at = 0; at < value.length;) {
    const end = matchEnd(value, at, pattern);
    if (end <= at) {
      result += value[at++];
      continue;
    }
    result += replacement;
    at = end;
    if (operator === '/') return result + value.slice(at);
  }
  return result;
}

/** Where the longest match of the pattern at `at` ends, or `at`. */
function matchEnd(value: string, at: number, pattern: string): number {
  if (isKnown(pattern) && !/[*?[]/u.test(pattern))
    return value.startsWith(pattern, at) ? at + pattern.length : at;
  for (let end = value.length; end > at; end--) if (matchesGlob(pattern, value.slice(at, end))) return end;
  return at;
}

function slice(value: string, offset: string, length: string | undefined): string {
  const text = spellPaths(value);
  const from = Number(offset);
  const count = length === undefined ? undefined : Number(length);
  if (Number.isNaN(from) || (count !== undefined && Number.isNaN(count))) return mark.unknown;
  const start = from < 0 ? Math.max(0, text.length + from) : from;
  const end = count === undefined ? text.length : count < 0 ? text.length + count : start + count;
  return text.slice(start, end);
}

/** `${x@L}` and its kin. */
function transform(value: string, operator: string, scope: WordScope): string {
  if (operator === 'P') scope.prompt(value);
  if (operator === 'L') return value.toLowerCase();
  if (operator === 'U') return value.toUpperCase();
  if (operator === 'u') return value.slice(0, 1).toUpperCase() + value.slice(1);
  return operator === 'E' ? unescapeEcho(value) : value;
}

function changeCase(value: string, operator: string): string {
  const change = (text: string): string =>
    operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase();
  return operator.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1);
}
