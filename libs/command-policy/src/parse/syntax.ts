/** The only module that knows the parser. It has had six majors in a year; nothing else may import it. */
import { forEachChild, parse, type ParsedScript, type SyntaxNode } from 'unbash';

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
  const script = parse(text);
  const problem = firstProblem(script);
  return problem === undefined ? { script } : { problem };
}

export { forEachChild };

function opensTooDeep(text: string): boolean {
  let open = 0;
  let backticks = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '(' || char === '{' || char === '[') open++;
    else if ((char === ')' || char === '}' || char === ']') && open > 0) open--;
    else if (char === '`' && text[i - 1] === '\\') backticks++;
    if (open > maxOpenSubstitutions || backticks > 5_000) return true;
  }
  return false;
}

function firstProblem(root: ParsedScript): string | undefined {
  let problem = root.errors?.[0]?.message;
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node !== undefined && problem === undefined; node = pending.pop()) {
    if (node.type === 'Script') problem = node.errors?.[0]?.message;
    else if (node.type === 'HereDocDelimiter' && hasOpenQuote(node.text))
      problem = 'a quote in a here-document delimiter is not closed';
    forEachChild(node, (child) => pending.push(child));
  }
  return problem;
}

/** The parser takes `<<EOF'` for a delimiter; to bash the quote goes on. */
const hasOpenQuote = (text: string): boolean =>
  /['"]/u.test(text.replaceAll(/\\.|'[^']*'|"(?:[^"\\]|\\.)*"/gsu, ''));
