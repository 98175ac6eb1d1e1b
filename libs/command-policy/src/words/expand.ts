import { parseSyntax, type ArithmeticExpression, type Word, type WordPart } from '../parse/syntax.js';
import { expandBraces } from './braces.js';
import { Fields } from './fields.js';
import { concatenated, mark, withoutMarks } from './marks.js';
import { expandName, expandParameter, type Expansion } from './parameters.js';
import type { WordScope } from './scope.js';

/** The fields a word becomes as an argument: braces, tilde, expansions, splitting. */
export function expandFields(word: Word, scope: WordScope): readonly string[] {
  if (word.parts?.some((part) => part.type === 'BraceExpansion') === true) {
    const texts = expandBraces(word.text);
    if (texts.length > 1 || texts[0] !== word.text) {
      return texts.flatMap((text) => {
        const again = wordOf(text);
        return again === undefined ? [mark.unknown] : expandOne(again, scope);
      });
    }
  }
  return expandOne(word, scope);
}

/** The one text a word becomes where nothing is split: assignments, redirections, `case`, `[[`. */
export function expandText(word: Word, scope: WordScope): string {
  if (word.parts === undefined) return expandTilde(word.text, word.value);
  return concatenated(
    word.parts.map((part, i) => joined(i === 0 ? expandLeading(part, scope) : expandPart(part, scope))),
  );
}

/** The parts of an unquoted here-document: nothing but substitutions is special. */
export function expandBody(parts: readonly WordPart[], scope: WordScope): string {
  return concatenated(parts.map((part) => joined(expandPart(part, scope))));
}

/** Runs the substitutions inside `$((…))` and `((…))`, which otherwise only count. */
export function walkArithmetic(expression: ArithmeticExpression | undefined, scope: WordScope): void {
  if (expression === undefined) return;
  switch (expression.type) {
    case 'ArithmeticBinary':
      walkArithmetic(expression.left, scope);
      walkArithmetic(expression.right, scope);
      return;
    case 'ArithmeticUnary':
      walkArithmetic(expression.operand, scope);
      return;
    case 'ArithmeticTernary':
      walkArithmetic(expression.test, scope);
      walkArithmetic(expression.consequent, scope);
      walkArithmetic(expression.alternate, scope);
      return;
    case 'ArithmeticGroup':
      walkArithmetic(expression.expression, scope);
      return;
    case 'ArithmeticCommandExpansion':
      if (expression.script !== undefined) scope.substitute(expression.script, expression);
      return;
    case 'ArithmeticWord':
      for (const part of expression.parts ?? []) expandPart(part, scope);
  }
}

function expandOne(word: Word, scope: WordScope): readonly string[] {
  if (word.parts === undefined) return [expandTilde(word.text, word.value)];
  const fields = new Fields();
  word.parts.forEach((part, i) => {
    if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
      addQuoted(fields, part.parts, scope);
    } else if (isExpansion(part)) {
      addUnquoted(fields, expandPart(part, scope), scope);
    } else {
      fields.add(joined(i === 0 ? expandLeading(part, scope) : expandPart(part, scope)));
    }
  });
  return fields.finish();
}

function addQuoted(fields: Fields, parts: readonly WordPart[], scope: WordScope): void {
  if (parts.length === 0) fields.add('');
  for (const part of parts) {
    const found = expandPart(part, scope);
    if (typeof found === 'string') fields.add(found);
    else if (/^\$\*$|\[\*\]/u.test(part.text)) fields.add(joined(found));
    else fields.addFields(found);
  }
}

function addUnquoted(fields: Fields, found: Expansion, scope: WordScope): void {
  const ifs = scope.lookup('IFS');
  const separators = ifs?.kind === 'text' ? (ifs.options[0] ?? '') : ' \t\n';
  if (typeof found === 'string') {
    fields.addSplit(found, separators);
    return;
  }
  found.forEach((item, i) => {
    if (i > 0) fields.addSplit(' ', ' ');
    fields.addSplit(item, separators);
  });
}

const isExpansion = (part: WordPart): boolean =>
  part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion' || part.type === 'CommandExpansion';

function expandLeading(part: WordPart, scope: WordScope): Expansion {
  return part.type === 'Literal' ? expandTilde(part.text, part.value) : expandPart(part, scope);
}

function expandPart(part: WordPart, scope: WordScope): Expansion {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
      return part.value;
    case 'AnsiCQuoted':
      return withoutMarks(part.value);
    case 'Glob':
      return part.kind === 'star' ? mark.star : mark.any;
    case 'ExtendedGlob':
      return part.operator === '@' ? mark.token : mark.star;
    case 'DoubleQuoted':
    case 'LocaleString':
      return concatenated(part.parts.map((child) => joined(expandPart(child, scope))));
    case 'SimpleExpansion':
      return expandName(part.text.slice(1), scope);
    case 'ParameterExpansion':
      return expandParameter(part, scope, (word) => expandText(word, scope));
    case 'CommandExpansion':
      return part.script === undefined ? mark.unknown : scope.substitute(part.script, part);
    case 'ArithmeticExpansion':
      walkArithmetic(part.expression, scope);
      return mark.token;
    case 'ProcessSubstitution':
      return part.script === undefined ? mark.unknown : scope.substituteProcess(part.script, part.operator);
    case 'BraceExpansion':
      return part.text;
    default:
      return mark.unknown;
  }
}

const joined = (found: Expansion): string => (typeof found === 'string' ? found : concatenated(found, ' '));

/** `~` and `~/x` are the home; `~name` is that user's. `text` is the source, where a quoted tilde shows. */
function expandTilde(text: string, value: string): string {
  // `dd of=~/x`: bash expands it in whatever looks like an assignment.
  const assigned = /^(\w+=)~(?=\/|$)/u.exec(text)?.[1];
  if (assigned !== undefined) return `${assigned}${mark.home}${value.slice(assigned.length + 1)}`;
  const tilde = /^~([\w.+-]*)(?=\/|$)/u.exec(text);
  if (tilde === null) return value;
  const rest = value.slice(tilde[0].length);
  const user = tilde[1] ?? '';
  if (user === '') return mark.home + rest;
  if (user === '+') return mark.cwd + rest;
  if (user === '-') return mark.unknown + rest;
  return (user === 'root' ? '/root' : `/home/${user}`) + rest;
}

function wordOf(text: string): Word | undefined {
  const command = parseSyntax(`: ${text}`).script?.commands[0]?.command;
  const word = command?.type === 'Command' ? command.suffix[0] : undefined;
  return word?.type === 'Word' ? word : undefined;
}
