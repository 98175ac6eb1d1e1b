import type { Assignment, Command, Word } from '../parse/syntax.js';
import { expandFields, expandText } from '../words/expand.js';
import { mark } from '../words/marks.js';
import { textValue, type Value, type WordScope } from '../words/scope.js';
import type { Arg } from './call.js';
import type { Machine } from './machine.js';
import { finishOutput, readRedirects } from './redirections.js';
import { scopeOf, spanOf } from './shell-scope.js';
import type { Shell } from './shell.js';

const maxCombinations = 16;
/** An array that grew beyond this is as good as unknown. */
const maxItems = 5_000;

export function walkCommand(
  machine: Machine,
  node: Command,
  shell: Shell,
  input: string | undefined,
): string {
  if (shell.forks > 0 && /^"?\$(?:0|\{0\}|BASH_SOURCE)"?$/u.test(node.name?.text ?? '')) {
    machine.notice('fork-loop', 'the script starts copies of itself', spanOf(shell, node), shell);
  }
  let output = '';
  // Where a variable may be one of several, the command is followed once for each.
  const choices: { count: number; taken: number }[] = [];
  for (let turn = 0; turn < maxCombinations; turn++) {
    let at = 0;
    const scope = scopeOf(machine, shell, (count) => {
      if (count <= 1) return 0;
      const choice = (choices[at++] ??= { count, taken: 0 });
      return choice.taken;
    });
    const words = commandWords(node).flatMap((word) =>
      argumentFields(word, scope).map((text): Arg => ({ text, span: spanOf(shell, word) })),
    );
    output = runCommand(machine, node, words, scope, shell, input, turn);
    while (choices.length > 0 && choices.at(-1)?.taken === (choices.at(-1)?.count ?? 0) - 1) choices.pop();
    const last = choices.at(-1);
    if (last === undefined) return output;
    last.taken++;
  }
  machine.notice('run-unknown', 'it may become more than can be followed', spanOf(shell, node), shell);
  return mark.unknown;
}

const commandWords = (node: Command): readonly (Word | Assignment)[] =>
  node.name === undefined ? [] : [node.name, ...node.args];

function argumentFields(word: Word | Assignment, scope: WordScope): readonly string[] {
  if (word.type === 'Word') return expandFields(word, scope);
  const value = assignedValue(word, scope);
  return [`${word.name}=${value.kind === 'text' ? (value.options[0] ?? '') : value.items.join(' ')}`];
}

function runCommand(
  machine: Machine,
  node: Command,
  words: readonly Arg[],
  scope: WordScope,
  shell: Shell,
  input: string | undefined,
  turn: number,
): string {
  keepLocals(node, words, shell);
  const io = readRedirects(machine, node.redirects, shell, input, scope);
  const assigned = node.prefix.filter((part) => part.type === 'Assignment');
  const variables = new Map<string, string>();
  for (const part of assigned) {
    const value = assignedValue(part, scope);
    variables.set(part.name, value.kind === 'text' ? (value.options[0] ?? '') : value.items.join(' '));
    if (words.length === 0) assign(shell, part.name, value, turn);
  }
  // `declare -a x=(…)` and `export X=…` set variables too.
  for (const part of node.args) {
    if (part.type === 'Assignment') shell.variables.set(part.name, assignedValue(part, scope));
  }
  const output = machine.run(words, shell, {
    variables,
    input: io.input,
    redirects: io.redirects,
    span: spanOf(shell, node),
  });
  return finishOutput(machine, output, io, shell);
}

/** What `local x` declares is as before when the function has ended. */
function keepLocals(node: Command, words: readonly Arg[], shell: Shell): void {
  const { locals } = shell;
  if (locals === undefined || !/^(?:local|declare|typeset)$/u.test(words[0]?.text ?? '')) return;
  for (const part of node.args) {
    const name = part.type === 'Assignment' ? part.name : (/^[A-Za-z_]\w*/u.exec(part.text)?.[0] ?? '');
    if (name !== '' && !locals.has(name)) locals.set(name, shell.variables.get(name));
  }
}

/** Of several possibilities each turn gives one: the variable may be any of them. */
function assign(shell: Shell, name: string, value: Value, turn: number): void {
  const before = turn === 0 ? undefined : shell.variables.get(name);
  const both = before?.kind === 'text' && value.kind === 'text' ? [...before.options, ...value.options] : [];
  shell.variables.set(name, both.length > 0 ? textValue(...both) : value);
}

function assignedValue(part: Assignment, scope: WordScope): Value {
  const key = part.index === undefined ? undefined : expandText(part.index, scope);
  const held = part.append === true || key !== undefined ? scope.lookup(part.name) : undefined;
  if (part.value.type === 'ArrayValue') {
    const items = part.value.elements.flatMap((word) => expandFields(word, scope));
    const both = [...(held?.kind === 'array' ? held.items : []), ...items];
    return arrayOf(both.length > maxItems ? [mark.unknown] : both);
  }
  const text = expandText(part.value, scope);
  if (key !== undefined) {
    const items = held?.kind === 'array' ? held.items : [];
    const keyed = new Map(held?.kind === 'array' ? held.keyed : undefined);
    return { kind: 'array', items: [...items, text], keyed: keyed.set(key, text) };
  }
  const before = part.append === true ? scope.lookup(part.name) : undefined;
  if (before?.kind === 'text') return textValue(...before.options.map((option) => option + text));
  if (before?.kind === 'array') return { kind: 'array', items: [...before.items, text] };
  return textValue(text);
}

/** Elements written as `[key]=value` are found by their key too. */
function arrayOf(elements: readonly string[]): Value {
  const keyed = new Map<string, string>();
  const items = elements.map((element) => {
    const found = /^\[([^\]]+)\]=([\s\S]*)$/u.exec(element);
    if (found === null) return element;
    keyed.set(found[1] ?? '', found[2] ?? '');
    return found[2] ?? '';
  });
  return { kind: 'array', items, keyed };
}
