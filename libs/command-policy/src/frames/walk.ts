import type {
  AndOr,
  Case,
  For,
  Pipeline,
  PipelineNode,
  Statement,
  TestExpression,
  Word,
} from '../parse/syntax.js';
import { expandFields, expandText, walkArithmetic } from '../words/expand.js';
import { mark } from '../words/marks.js';
import { textValue, type WordScope } from '../words/scope.js';
import { noteLoop } from './fork-loops.js';
import type { Machine } from './machine.js';
import { finishOutput, readRedirects } from './redirections.js';
import { scopeOf, spanOf } from './shell-scope.js';
import { forkCost, forkShell, inFrame, joinFolder, joinVariables, type Shell } from './shell.js';
import { walkCommand } from './walk-command.js';

type Node = Statement['command'] | Statement | { type: 'CompoundList'; commands: readonly Statement[] };

export function walkStatements(
  machine: Machine,
  statements: readonly Statement[],
  shell: Shell,
  input: string | undefined,
): string {
  let output = '';
  for (const statement of statements) {
    if (statement.background === true) {
      walkNode(machine, statement.command, forkShell(shell, { forks: shell.forks + 1 }), input);
      keepFunctions(statement, shell);
    } else {
      output += walkNode(machine, statement.command, shell, input);
    }
  }
  return output.length > 20_000 ? mark.unknown : output;
}

/** `f() { … } &` would define nothing here; nothing to keep. Assignments in the background are lost too. */
function keepFunctions(statement: Statement, shell: Shell): void {
  if (statement.command.type === 'Function') {
    shell.functions.set(statement.command.name.value, {
      node: statement.command,
      span: shell.span,
      called: false,
    });
  }
}

/** Nodes of which the parts run in copies of the shell. */
const copies = /^(?:Pipeline|AndOr|Subshell|If|Case|Coproc)$/u;

function walkNode(machine: Machine, node: Node, shell: Shell, input: string | undefined): string {
  if (!machine.step(shell, copies.test(node.type) ? forkCost(shell) : 1)) return mark.unknown;
  const list = (statements: readonly Statement[], inner = shell): string =>
    walkStatements(machine, statements, inner, input);
  switch (node.type) {
    case 'Statement':
      return walkNode(machine, node.command, shell, input);
    case 'CompoundList':
      return list(node.commands);
    case 'Command':
      return walkCommand(machine, node, shell, input);
    case 'Pipeline':
      return walkPipeline(machine, node, shell, input);
    case 'AndOr':
      return walkAndOr(machine, node, shell, input);
    case 'BraceGroup':
      return list(node.body.commands);
    case 'Subshell':
      return list(node.body.commands, forkShell(shell));
    case 'If': {
      let output = list(node.clause.commands);
      const branches = [node.then, ...node.elif.map((part) => part.then), ...(node.else ? [node.else] : [])];
      for (const part of node.elif) output += list(part.clause.commands);
      return output + walkBranches(machine, branches, shell, input);
    }
    case 'While':
      noteLoop(machine, node, shell);
      return list(node.clause.commands) + list(node.body.commands);
    case 'For':
    case 'Select':
      return walkFor(machine, node as For, shell, input);
    case 'ArithmeticFor': {
      const scope = scopeOf(machine, shell);
      for (const part of [node.initialize, node.test, node.update]) walkArithmetic(part, scope);
      if (node.test === undefined) noteLoop(machine, node, shell);
      return list(node.body.commands);
    }
    case 'Case':
      return walkCase(machine, node, shell, input);
    case 'TestCommand':
      walkTest(node.expression, scopeOf(machine, shell));
      return '';
    case 'ArithmeticCommand':
      walkArithmetic(node.expression, scopeOf(machine, shell));
      return '';
    case 'Function':
      shell.functions.set(node.name.value, { node, span: shell.span, called: false });
      machine.defined(node.name.value, shell);
      return '';
    case 'Coproc':
      return walkNode(machine, node.body, inFrame(forkShell(shell), 'coproc'), input);
    case 'Redirected': {
      const io = readRedirects(machine, node.redirects, shell, input);
      const output = walkNode(machine, node.command, shell, io.input);
      const span = spanOf(shell, node);
      machine.run([], shell, { variables: new Map(), input: io.input, redirects: io.redirects, span });
      return finishOutput(machine, output, io, shell);
    }
    default:
      return mark.unknown;
  }
}

function walkBranches(
  machine: Machine,
  branches: readonly { readonly commands: readonly Statement[] }[],
  shell: Shell,
  input: string | undefined,
): string {
  const copies = branches.map(() => forkShell(shell));
  const output = branches.map((branch, i) =>
    walkStatements(machine, branch.commands, copies[i] ?? shell, input),
  );
  const before = { cwd: shell.cwd, positional: shell.positional };
  for (const copy of copies) {
    joinVariables(shell, copy);
    joinFolder(shell, before, copy);
  }
  return output.find((text) => text !== '') ?? '';
}

function walkPipeline(machine: Machine, node: Pipeline, shell: Shell, input: string | undefined): string {
  const forks = shell.forks + (node.commands.length > 1 ? 1 : 0);
  let passed = input;
  node.commands.forEach((command, i) => {
    const frames = i === 0 ? shell.frames : [...shell.frames, 'pipe'];
    const single = node.commands.length === 1;
    passed = walkNode(machine, command, single ? shell : forkShell(shell, { forks, frames }), passed);
  });
  return passed ?? '';
}

function walkAndOr(machine: Machine, node: AndOr, shell: Shell, input: string | undefined): string {
  let output = '';
  node.commands.forEach((command: PipelineNode, i) => {
    if (i === 0) {
      output += walkNode(machine, command, shell, input);
      return;
    }
    const copy = forkShell(shell, { depth: shell.depth });
    output += walkNode(machine, command, copy, input);
    joinVariables(shell, copy);
    joinFolder(shell, shell, copy);
    if (node.operators[i - 1] === '&&') {
      for (const [name, text] of copy.aliases) shell.aliases.set(name, text);
    }
  });
  return output;
}

/** What a word may become where a variable in it may be one of several. */
function everyField(word: Word, machine: Machine, shell: Shell): readonly string[] {
  let most = 1;
  const found = new Set<string>();
  for (let turn = 0; turn < most; turn++) {
    const scope = scopeOf(machine, shell, (count) => {
      most = Math.max(most, count);
      return Math.min(turn, count - 1);
    });
    for (const field of expandFields(word, scope)) found.add(field);
  }
  return [...found];
}

const maxTurns = 16;

function walkFor(machine: Machine, node: For, shell: Shell, input: string | undefined): string {
  const values = node.wordlist?.flatMap((word) => everyField(word, machine, shell)) ?? shell.positional;
  const turns = values.length > maxTurns ? [...values.slice(0, maxTurns - 1), mark.unknown] : values;
  let output = '';
  for (const value of turns.length > 0 ? turns : [mark.unknown]) {
    shell.variables.set(node.name.value, textValue(value));
    output += walkStatements(machine, node.body.commands, shell, input);
  }
  return output;
}

function walkCase(machine: Machine, node: Case, shell: Shell, input: string | undefined): string {
  const scope = scopeOf(machine, shell);
  expandText(node.word, scope);
  for (const item of node.items) for (const pattern of item.pattern) expandText(pattern, scope);
  return walkBranches(
    machine,
    node.items.map((item) => item.body),
    shell,
    input,
  );
}

function walkTest(expression: TestExpression, scope: WordScope): void {
  switch (expression.type) {
    case 'TestUnary':
      expandText(expression.operand, scope);
      return;
    case 'TestBinary':
      expandText(expression.left, scope);
      expandText(expression.right, scope);
      return;
    case 'TestLogical':
      for (const operand of expression.operands) walkTest(operand, scope);
      return;
    case 'TestNot':
      walkTest(expression.operand, scope);
      return;
    case 'TestGroup':
      walkTest(expression.expression, scope);
  }
}
