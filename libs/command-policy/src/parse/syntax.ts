/** The only module that knows the parser. It has had six majors in a year; nothing else may import it. */
import { forEachChild, parse, type Command, type ParsedScript, type SyntaxNode } from 'unbash';

export type {
  ArithmeticExpression,
  Assignment,
  Case,
  Command,
  For,
  Function as FunctionNode,
  HereDoc,
  ParameterExpansionPart,
  ParsedScript,
  PipelineNode,
  AndOr,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
  TestExpression,
  Word,
  WordPart,
} from 'unbash';

export type Syntax =
  | { readonly script: ParsedScript; readonly problem?: never }
  | { readonly script?: never; readonly problem: string };

/**
 * Nested substitutions beyond this are refused before the parser sees them: its work on them is not linear, and
 * nobody writes them.
 */
const maxOpenSubstitutions = 100;

/**
 * The parser is tolerant and hands back a partial tree; any error it reports, in a nested substitution too, means
 * that the text was not understood.
 */
export function parseSyntax(text: string): Syntax {
  if (opensTooDeep(text))
    return { problem: `substitutions are nested more than ${maxOpenSubstitutions} deep` };
  try {
    const script = parse(text);
    const problem = firstProblem(script, text);
    return problem === undefined ? { script } : { problem };
  } catch (error) {
    if (isTooDeep(error)) return { problem: 'it is nested too deep' };
    throw error;
  }
}

/** The parser and what follows its tree call themselves once a level: the stack has an end. */
export const isTooDeep = (error: unknown): boolean => error instanceof RangeError;

export { forEachChild };

/** A bracket that the parser may take for a nesting; in `:(` and `\e[31m` it is text. */
const opens = (text: string, at: number): boolean => {
  const before = text[at - 1] ?? '\n';
  if (text[at] === '(') return /[\s($<>;&|{}!=@?*+"`]/u.test(before);
  return (
    (text[at] === '{' || text[at] === '[') &&
    (before === '$' || (text[at] === '{' && /[\s,{}]/u.test(before)))
  );
};

function opensTooDeep(text: string): boolean {
  let open = 0;
  let backticks = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (opens(text, i)) open++;
    else if ((char === ')' || char === '}' || char === ']') && open > 0) open--;
    else if (char === '`' && text[i - 1] === '\\') backticks++;
    if (open > maxOpenSubstitutions || backticks > 5_000) return true;
  }
  return false;
}

function firstProblem(root: ParsedScript, text: string): string | undefined {
  const pending: { node: SyntaxNode; source: string }[] = [{ node: root, source: text }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    // An escaped backtick has a source of its own, which the offsets below it refer to.
    const source = node.type === 'Script' ? (node.source ?? next.source) : next.source;
    const problem = problemOf(node, source);
    if (problem !== undefined) return problem;
    forEachChild(node, (child) => pending.push({ node: child, source }));
  }
  return undefined;
}

/** What the parser reports, and what it lets pass though bash does not. */
function problemOf(node: SyntaxNode, source: string): string | undefined {
  if (node.type === 'Script') return node.errors?.[0]?.message;
  if (node.type === 'HereDocDelimiter' && hasOpenQuote(node.text)) {
    return 'a quote in a here-document delimiter is not closed';
  }
  return node.type === 'Command' && skipsParenthesis(node, source) ? "unexpected token '('" : undefined;
}

/** The parser drops the parenthesis of `a( b` and of `a( ;`: none can stand there. */
function skipsParenthesis({ prefix, name, suffix, end }: Command, source: string): boolean {
  if (/^[ \t]*\(/u.test(source.slice(end, end + 80))) return true;
  const children = [...prefix, ...(name === undefined ? [] : [name]), ...suffix];
  return children.some((child, i) => {
    const before = children[i - 1];
    return before !== undefined && source.slice(before.end, child.pos).includes('(');
  });
}

/** The parser takes `<<EOF'` for a delimiter; to bash the quote goes on. */
const hasOpenQuote = (text: string): boolean =>
  /['"`(]/u.test(text.replaceAll(/\\.|'[^']*'|"(?:[^"\\]|\\.)*"/gsu, ''));
