import type { FunctionNode, ParsedScript } from '../parse/syntax.js';
import { isKnown, mark, plainPath } from '../words/marks.js';
import { textValue, type Value } from '../words/scope.js';
import { thisNode, type Place, type Span } from './call.js';

export interface DefinedFunction {
  readonly node: FunctionNode;
  /** Where its text stands in the command line, if it came out of a nested text. */
  readonly span: Span | undefined;
  called: boolean;
}

/** What a shell knows while the line is followed. Branches and subshells work on a copy. */
export interface Shell {
  readonly variables: Map<string, Value>;
  readonly functions: Map<string, DefinedFunction>;
  readonly aliases: Map<string, string>;
  /** What the line itself wrote into files, by path as spelled (without `./`). */
  readonly files: Map<string, string>;
  /** Commands behind `>(…)`, by the path that stands for them. */
  readonly outlets: Map<string, ParsedScript>;
  positional: readonly string[];
  cwd: string;
  readonly frames: readonly string[];
  readonly place: Place;
  /** Fixed inside a nested text: the words that text came from. */
  readonly span: Span | undefined;
  /** Functions that are being called, and how many processes had been forked off by then. */
  readonly calling: readonly { readonly node: FunctionNode; readonly forks: number }[];
  readonly forks: number;
  /** Names of variables that commands started from here see; `*`: all. */
  readonly exported: Set<string>;
  /** Functions that shells started from here know (`export -f`). */
  readonly inherited: Map<string, DefinedFunction>;
  /** What `pushd` remembers. */
  readonly stack: string[];
  /** Inside a function: what the variables that it declares were before. */
  readonly locals: Map<string, Value | undefined> | undefined;
  readonly source: 'shell' | 'code';
  depth: number;
}

export function newShell(): Shell {
  return {
    variables: new Map(),
    functions: new Map(),
    aliases: new Map(),
    files: new Map(),
    outlets: new Map(),
    positional: [mark.unknown],
    cwd: mark.cwd,
    frames: [],
    place: thisNode,
    span: undefined,
    calling: [],
    forks: 0,
    exported: new Set(),
    inherited: new Map(),
    stack: [],
    locals: undefined,
    source: 'shell',
    depth: 0,
  };
}

/** What a copy costs, in steps. */
export const forkCost = (shell: Shell): number =>
  1 + (shell.variables.size + shell.functions.size + shell.aliases.size) / 10;

/** A copy that shares files (they are outside of the shell) and nothing else. */
export function forkShell(shell: Shell, changes: Partial<Shell> = {}): Shell {
  return {
    ...shell,
    variables: new Map(shell.variables),
    functions: new Map(shell.functions),
    aliases: new Map(shell.aliases),
    exported: new Set(shell.exported),
    inherited: new Map(shell.inherited),
    stack: [...shell.stack],
    depth: shell.depth + 1,
    ...changes,
  };
}

/** Another shell, started as a program: it knows what was exported, and may find every other variable empty. */
export function childShell(shell: Shell, changes: Partial<Shell> = {}): Shell {
  const child = forkShell(shell, { functions: new Map(shell.inherited), aliases: new Map(), ...changes });
  for (const [name, value] of child.variables) {
    if (shell.exported.has(name) || shell.exported.has('*')) continue;
    if (value.kind === 'text') child.variables.set(name, textValue(...value.options, ''));
    else child.variables.delete(name);
  }
  return child;
}

/** Runs `work` one frame further in; where it leaves the folder and the arguments, this shell is too. */
export function inSameShell<Result>(
  shell: Shell,
  frame: string | Partial<Shell>,
  work: (inner: Shell) => Result,
): Result {
  const inner = typeof frame === 'string' ? inFrame(shell, frame) : inFrame(shell, '', frame);
  const result = work(inner);
  shell.cwd = inner.cwd;
  shell.positional = inner.positional;
  return result;
}

export function exportName(shell: Shell, text: string, isFunction: boolean): void {
  const name = text.replace(/=[\s\S]*$/u, '');
  const defined = isFunction ? shell.functions.get(name) : undefined;
  if (defined === undefined) shell.exported.add(name);
  else shell.inherited.set(name, defined);
}

/** The same shell one frame further in: its variables are shared. */
export const inFrame = (shell: Shell, frame: string, changes: Partial<Shell> = {}): Shell => ({
  ...shell,
  frames: [...shell.frames, frame],
  depth: shell.depth + 1,
  ...changes,
});

const maxOptions = 8;

/** After a branch that may or may not have run: a variable is either of both. */
export function joinVariables(into: Shell, other: Shell): void {
  for (const [name, value] of other.variables) {
    const mine = into.variables.get(name);
    if (mine === value) continue;
    if (value.kind !== 'text' || (mine !== undefined && mine.kind !== 'text')) {
      into.variables.set(name, value);
      continue;
    }
    const options = [...new Set([...(mine?.options ?? [mark.unknown]), ...value.options])];
    into.variables.set(name, {
      kind: 'text',
      options: options.length > maxOptions ? [mark.unknown] : options,
    });
  }
  for (const [name, found] of other.functions) into.functions.set(name, found);
}

/** Where a branch changed the folder or the arguments, they are what it made of them. */
export function joinFolder(into: Shell, before: Pick<Shell, 'cwd' | 'positional'>, other: Shell): void {
  if (other.cwd !== before.cwd) into.cwd = other.cwd;
  if (other.positional !== before.positional) into.positional = other.positional;
}

const fileKey = (shell: Shell, path: string): string => {
  const fd = /^\/proc\/[^/]+\/(fd\/\d+)$/u.exec(path)?.[1];
  if (fd !== undefined) return `/dev/${fd}`;
  return plainPath(/^[/\u0001-\u0004]/u.test(path) ? path : `${shell.cwd}/${path}`);
};

export function writeFile(shell: Shell, path: string, content: string, append: boolean): void {
  const key = fileKey(shell, path);
  shell.files.set(key, append ? (shell.files.get(key) ?? '') + content : content);
}

export const writtenFile = (shell: Shell, path: string): string | undefined =>
  shell.files.get(fileKey(shell, path));

/** Moves the working folder; `mark.unknown` where it leads nobody knows where. */
export function changeFolder(shell: Shell, target: string): void {
  if (target === '') return; // `cd ''` stays
  if (target === mark.unknown || !isKnown(target.slice(0, 1))) shell.cwd = target;
  else if (target.startsWith('/')) shell.cwd = target;
  else shell.cwd = `${shell.cwd}/${target}`;
}
