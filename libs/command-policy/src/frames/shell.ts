import type { FunctionNode, ParsedScript } from '../parse/syntax.js';
import { isKnown, mark } from '../words/marks.js';
import type { Value } from '../words/scope.js';
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
    source: 'shell',
    depth: 0,
  };
}

/** A copy that shares files (they are outside of the shell) and nothing else. */
export function forkShell(shell: Shell, changes: Partial<Shell> = {}): Shell {
  return {
    ...shell,
    variables: new Map(shell.variables),
    functions: new Map(shell.functions),
    aliases: new Map(shell.aliases),
    depth: shell.depth + 1,
    ...changes,
  };
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

const fileKey = (path: string): string => path.replace(/^(?:\.\/+)+/u, '').replaceAll(/\/{2,}/gu, '/');

export function writeFile(shell: Shell, path: string, content: string, append: boolean): void {
  const key = fileKey(path);
  shell.files.set(key, append ? (shell.files.get(key) ?? '') + content : content);
}

export const writtenFile = (shell: Shell, path: string): string | undefined => shell.files.get(fileKey(path));

/** Moves the working folder; `mark.unknown` where it leads nobody knows where. */
export function changeFolder(shell: Shell, target: string): void {
  if (target === '' || target === mark.unknown || !isKnown(target.slice(0, 1)))
    shell.cwd = target || mark.cwd;
  else if (target.startsWith('/')) shell.cwd = target;
  else shell.cwd = `${shell.cwd}/${target}`;
}
