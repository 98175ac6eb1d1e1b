import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { inRoot } from './root.mjs';

/** Every text that may become the `code` or `error_code` of something that is published, and the file that has it. */
export function errorCodes(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of sources()) {
    for (const code of codesIn(readFileSync(inRoot(file), 'utf8'))) {
      if (!found.has(code)) found.set(code, file);
    }
  }
  return found;
}

/** What stands as code in the first column of the README's tables under a heading. */
export function firstColumn(heading: string, text = readFileSync(inRoot('README.md'), 'utf8')): string[] {
  const section = text.split(`\n${heading}\n`)[1]?.split(/\n## /)[0] ?? '';
  const cells = section.split('\n').map((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? ''));
}

/** Sources of what is published, without their tests; relative to the root of this clone. */
function sources(): string[] {
  return globSync('{libs,apps}/*/src/**/*.ts', { cwd: inRoot() })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted();
}

const holder = /^(?:error_?)?codes?$/i;
const listing = /Code$/;
const shape = /^[a-z]+(?:-[a-z]+)*$/;

/**
 * Texts that stand where codes do: the first argument of an error, the value of a property or variable called `code` or
 * `codes`, a member of a type called `…Code`, an argument that its function takes as `code`.
 */
export function codesIn(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ESNext, true);
  const takers = new Map<string, number>();
  const codes = new Set<string>();
  visit(source, (node) => {
    const place = ts.isFunctionLike(node) ? node.parameters.findIndex(isHolder) : -1;
    const name = nameOfFunction(node);
    if (name !== undefined && place !== -1) takers.set(name, place);
  });
  visit(source, (node) => {
    for (const part of partsOf(node, takers)) visit(part, (leaf) => add(leaf, codes));
  });
  return [...codes];
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function add(leaf: ts.Node, codes: Set<string>): void {
  if (!ts.isStringLiteral(leaf) || !shape.test(leaf.text)) return;
  const { parent } = leaf;
  // A comparison asks for a code, it does not give one.
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken)
    return;
  codes.add(leaf.text);
}

function nameOfFunction(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name?.text;
  const owner = node.parent as ts.Node | undefined;
  const isValue = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isValue && owner !== undefined && ts.isVariableDeclaration(owner) ? owner.name.getText() : undefined;
}

function isHolder(node: { name?: ts.Node }): boolean {
  return node.name !== undefined && holder.test(node.name.getText());
}

function partsOf(node: ts.Node, takers: ReadonlyMap<string, number>): ts.Node[] {
  if (ts.isNewExpression(node))
    return node.expression.getText().endsWith('Error') ? (node.arguments?.slice(0, 1) ?? []) : [];
  if (ts.isCallExpression(node)) {
    const place = takers.get(node.expression.getText());
    return place === undefined ? [] : node.arguments.slice(place, place + 1);
  }
  if (ts.isTypeAliasDeclaration(node)) return listing.test(node.name.text) ? [node.type] : [];
  if (ts.isPropertyAssignment(node)) return isHolder(node) ? [node.initializer] : [];
  const holds = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
  if (!holds || !isHolder(node)) return [];
  return [node.type, node.initializer].filter((part) => part !== undefined);
}
