import { naturalOrder } from './natural-order.js';
import { expandPattern, maxNames } from './node-pattern.js';
import { invalid, tooLarge } from './node-set-error.js';

/** How many names may be looked at on the way, so that a short text cannot keep us busy. */
const maxWork = 10 * maxNames;

interface Term {
  readonly operator: string;
  readonly pattern: string;
}

/**
 * The names of a node set in ClusterShell's grammar, each once and in natural order (n2 before n10):
 * `a,n[1-3]`, `n[01-10]`, `n[1-9/2]`, `r[1-2]n[1-4]`, and from left to right `!` (without), `&` (only those
 * also in) and `^` (in one of both). The empty text is the empty set. At most 10,000 names.
 *
 * Groups (`@farm`) are known to a registry only: see `Registry.expand`.
 *
 * @throws NodeSetError `node-set-invalid`, `node-set-too-large`
 */
export function expandNodeSet(text: string): string[] {
  const names = evaluateNodeSet(text, (name) => {
    if (name.startsWith('@')) throw invalid(text, `"${name}" is a group, and there are none here`);
    return [name];
  });
  return names.toSorted(naturalOrder);
}

/** Evaluates a node set; `resolve` says what each name in it stands for. Names come in the order written. */
export function evaluateNodeSet(text: string, resolve: (name: string) => readonly string[]): string[] {
  let result = new Set<string>();
  let work = 0;
  for (const { operator, pattern } of termsOf(text)) {
    const names = new Set(expandPattern(pattern).flatMap((name) => resolve(name)));
    work += names.size;
    if (work > maxWork) throw tooLarge(text, maxNames);
    result = combine(result, operator, names);
    if (result.size > maxNames) throw tooLarge(text, maxNames);
  }
  return [...result];
}

function combine(left: ReadonlySet<string>, operator: string, right: ReadonlySet<string>): Set<string> {
  const only = [...left].filter((name) => !right.has(name));
  if (operator === '!') return new Set(only);
  if (operator === '&') return new Set([...left].filter((name) => right.has(name)));
  if (operator === '^') return new Set([...only, ...[...right].filter((name) => !left.has(name))]);
  return new Set([...left, ...right]);
}

function termsOf(text: string): Term[] {
  if (text.trim() === '') return [];
  const terms: Term[] = [];
  let operator = ',';
  let pattern = '';
  let inside = false;
  const finish = () => {
    if (pattern.trim() === '') throw invalid(text, 'a name is missing before or after a "," "!" "&" or "^"');
    terms.push({ operator, pattern: pattern.trim() });
    pattern = '';
  };
  for (const character of text) {
    if (character === '[') inside = true;
    if (character === ']') inside = false;
    if (inside || !',!&^'.includes(character)) {
      pattern += character;
      continue;
    }
    finish();
    operator = character;
  }
  finish();
  return terms;
}
